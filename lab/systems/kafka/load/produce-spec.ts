/** Loads as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../../bounds.ts";
import { perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";
import type { ProduceSpec, ReaderSpec } from "../../../load/types.ts";

const { bad, wholeNumber, durationWithin } = boundsOf("produce");

export interface ProduceOptions {
  /** `kafka.events`: cluster and topic. */
  readonly to: string;
  readonly rate?: Rate;
  readonly acks?: ProduceSpec["acks"];
  readonly timeout?: Duration;
  readonly producers?: number;
  readonly batchRecords?: number;
  readonly compression?: "none" | "gzip";
  readonly readers?: Partial<ReaderSpec>;
}

/**
 * Real traffic offered to a topic and read back: 500 records a second by two producers that wait for all in-sync
 * replicas, up to 30 s each; two readers with a session of 6 s that commit every second what they have recorded.
 * @throws LabError `bad-scenario` naming the field.
 */
export function produce(options: ProduceOptions): ProduceSpec {
  const spec: ProduceSpec = {
    kind: "produce",
    to: options.to,
    rate: options.rate ?? perSecond(500),
    acks: options.acks ?? "all",
    timeout: options.timeout ?? seconds(30),
    producers: options.producers ?? 2,
    ...(options.batchRecords === undefined ? {} : { batchRecords: options.batchRecords }),
    ...(options.compression === undefined ? {} : { compression: options.compression }),
    readers: { members: 2, sessionTimeout: seconds(6), commitEvery: seconds(1), commit: "after", ...options.readers },
  };
  checkProduceSpec(spec);
  return spec;
}

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkProduceSpec(spec: ProduceSpec): void {
  if (!/^[^.]+\..+$/.test(spec.to)) throw bad("to", `is "${spec.to}"`, 'use cluster and topic: "kafka.events"');
  numberWithin("rate", spec.rate, 0.1, 50_000, "records a second");
  wholeNumber("producers", spec.producers, 1, 16);
  wholeNumber("batchRecords", spec.batchRecords ?? 1, 1, 10_000);
  if (!["none", "gzip"].includes(spec.compression ?? "none")) {
    throw bad("compression", `is "${String(spec.compression)}"`, "use none or gzip: the client library has no other");
  }
  wholeNumber("readers.members", spec.readers.members, 0, 16);
  durationWithin("timeout", spec.timeout, seconds(1), seconds(600));
  durationWithin("readers.sessionTimeout", spec.readers.sessionTimeout, seconds(1), seconds(300));
  durationWithin("readers.commitEvery", spec.readers.commitEvery, seconds(0.1), seconds(60));
}

/** The cluster and the topic of `kafka.events`. */
export function destinationOf(spec: ProduceSpec): { readonly cluster: string; readonly topic: string } {
  const dot = spec.to.indexOf(".");
  return { cluster: spec.to.slice(0, dot), topic: spec.to.slice(dot + 1) };
}

function numberWithin(field: string, value: number, least: number, most: number, unit: string): void {
  if (value >= least && value <= most) return;
  throw bad(field, `is ${value}`, `use ${least} to ${most} ${unit}`);
}
