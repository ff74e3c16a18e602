/** Which nodes the service has, and what each is told. */
import { readFileSync } from "node:fs";
import { LabError } from "../../errors.ts";
import { INTERNAL_PORT } from "../../systems/kafka/layout.ts";
import type { PlanContext, PlannedNode } from "../../systems/types.ts";
import type { IngestSpec } from "./spec.ts";

export const HTTP_PORT = 8080;
const SCHEMA_PATH = "/opt/lab/ingest/event.schema.json";

/** What Node takes beside the requests that wait. */
const BESIDE_HELD_MB = 160;

/** Replicas, numbered from 1. @throws LabError `bad-scenario` when its schema cannot be read */
export function planIngest(spec: IngestSpec, { name, nodesOf, hostPort }: PlanContext): readonly PlannedNode[] {
  const content = readEventSchema(spec.schema);
  const brokers = nodesOf(spec.kafka).map((node) => `${node}:${INTERNAL_PORT}`);
  return Array.from({ length: spec.replicas }, (_, i) => ({
    name: `${name}-${i + 1}`,
    component: "ingest",
    command: ["node", "/opt/lab/ingest/main.ts"],
    environment: {
      INGEST_PORT: String(HTTP_PORT),
      INGEST_BROKERS: brokers.join(","),
      INGEST_TOPIC: spec.topic,
      INGEST_CLIENT_ID: `${name}-${i + 1}`,
      INGEST_ACKS: spec.acks,
      INGEST_SCHEMA: SCHEMA_PATH,
      INGEST_KEY: spec.keyField,
      INGEST_MOST_HELD_BYTES: String(spec.mostHeldMb * 1_024 * 1_024),
    },
    files: [{ path: SCHEMA_PATH, content, mode: 0o644 }],
    ports: [{ container: HTTP_PORT, host: hostPort() }],
    // A request that waits is held several times: as text, as events, and as the record that goes out.
    memoryMb: BESIDE_HELD_MB + 4 * spec.mostHeldMb,
    knowsHosts: true,
  }));
}

/** The text of schemas/events/NAME.schema.json. @throws LabError `bad-scenario` */
export function readEventSchema(name: string): string {
  const file = `schemas/events/${name}.schema.json`;
  try {
    return readFileSync(new URL(`../../../${file}`, import.meta.url), "utf8");
  } catch (cause) {
    const hint = "the schemas of events are the files of schemas/events";
    throw new LabError({ code: "bad-scenario", message: `${file} cannot be read`, hint, cause });
  }
}
