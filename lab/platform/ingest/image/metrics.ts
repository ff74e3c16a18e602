/** What the service tells Prometheus. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { RefusalCode } from "./events.ts";

export interface Metrics {
  readonly accepted: (events: number) => void;
  readonly refused: (code: RefusalCode | "no-room") => void;
  /** Events whose request was told that they may be in Kafka or not. */
  readonly unsure: (events: number) => void;
  readonly answered: (status: number, seconds: number) => void;
  /** The text that Prometheus reads, and its content type. */
  readonly text: () => Promise<string>;
  readonly contentType: string;
}

export interface MetricsOptions {
  /** Bytes of requests that wait now. */
  readonly held: () => number;
  /** Events that wait or are under way now. */
  readonly pending: () => number;
}

export function metrics({ held, pending }: MetricsOptions): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });
  const accepted = new Counter({
    name: "ingest_events_accepted_total",
    help: "Events that Kafka acknowledged.",
    registers,
  });
  const refused = new Counter({
    name: "ingest_events_refused_total",
    help: "Events that were not taken, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const unsure = new Counter({
    name: "ingest_events_unsure_total",
    help: "Events that were sent and not acknowledged: they may be in Kafka or not.",
    registers,
  });
  const requests = new Histogram({
    name: "ingest_request_seconds",
    help: "From a request's arrival to its answer, by status.",
    labelNames: ["status"],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  });
  new Gauge({
    name: "ingest_bytes_held",
    help: "Bytes of requests that wait for Kafka.",
    registers,
    collect() {
      this.set(held());
    },
  });
  new Gauge({
    name: "ingest_events_pending",
    help: "Events that wait for Kafka.",
    registers,
    collect() {
      this.set(pending());
    },
  });
  return {
    accepted: (events) => accepted.inc(events),
    refused: (reason) => refused.inc({ reason }),
    unsure: (events) => unsure.inc(events),
    answered: (status, seconds) => requests.observe({ status: String(status) }, seconds),
    text: () => register.metrics(),
    contentType: register.contentType,
  };
}
