/** The load of objects as data. */
import { boundsOf } from "../../../bounds.ts";
import { formatDuration, perSecond, seconds } from "../../../time.ts";
import type { ObjectsSpec } from "../../../load/types.ts";

const { bad } = boundsOf("objects");

/** Of an upload in parts. S3 takes no smaller one, but for the last. */
export const PART_BYTES = 5 * 1024 * 1024;

export type ObjectsOptions = Pick<ObjectsSpec, "to"> &
  Partial<Omit<ObjectsSpec, "kind" | "to" | "mix">> & {
    readonly mix?: ObjectsSpec["mix"];
  };

/**
 * Objects written over and read again: 8 names in a bucket, 20 operations a second by four clients, each with a node of
 * its own; 16 KiB each, half of the operations puts, up to 10 s each.
 * @throws LabError `bad-scenario` naming the field.
 */
export function objects(options: ObjectsOptions): ObjectsSpec {
  const spec: ObjectsSpec = {
    kind: "objects",
    keys: 8,
    once: false,
    upload: "put",
    partPause: seconds(0),
    find: "name",
    rate: perSecond(20),
    clients: 4,
    nodes: 0,
    sizeBytes: 16 * 1024,
    mix: { puts: 0.5 },
    timeout: seconds(10),
    ...options,
  };
  checkObjectsSpec(spec);
  return spec;
}

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkObjectsSpec(spec: ObjectsSpec): void {
  if (!/^[^.]+\.[a-z0-9-]{3,63}$/.test(spec.to))
    throw bad("to", `is ${spec.to}`, 'use cluster and bucket: "minio.rehearsal"');
  within("keys", spec.keys, 1, 10_000);
  within("rate", spec.rate, 0.1, 2_000);
  within("clients", spec.clients, 1, 32);
  within("nodes", spec.nodes, 0, 16);
  within("sizeBytes", spec.sizeBytes, 256, 64 * 1024 * 1024);
  if (spec.upload === "multipart" && spec.sizeBytes <= PART_BYTES)
    throw bad("sizeBytes", `is ${spec.sizeBytes}`, `an upload in parts is more than one of ${PART_BYTES} bytes`);
  within("mix.puts", spec.mix.puts, 0, 1);
  if (spec.timeout < 500 || spec.timeout > 60_000)
    throw bad("timeout", `is ${formatDuration(spec.timeout)}`, "use 0.5 s to 60 s");
}

function within(field: string, value: number, least: number, most: number): void {
  if (value < least || value > most) throw bad(field, `is ${value}`, `use ${least} to ${most}`);
}
