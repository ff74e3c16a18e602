/** The load of objects as data. */
import { defineSpec, type Given } from "../../../load/index.ts";
import { choice, duration, flag, group, number, rate, text, whole } from "../../../fields.ts";
import { perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

/** Of an upload in parts. S3 takes no smaller one, but for the last. */
export const PART_BYTES = 5 * 1024 * 1024;

/** Objects of a MinIO bucket, written and read again, each a register. As data. */
export interface ObjectsSpec {
  readonly kind: "objects";
  /** `minio.rehearsal`: cluster and bucket. */
  readonly to: string;
  /** So many names of objects; with `once` there are as many as writes. */
  readonly keys: number;
  /** Each name is written once and never over. Reads ask for names that were written, or tried, before. */
  readonly once: boolean;
  /**
   * In one request; in parts of 5 MiB, one after another, that MinIO joins at the end; or, to see what that protects
   * from, as three objects that the readers join.
   */
  readonly upload: "put" | "multipart" | "pieces";
  /** How long a writer in parts, or in pieces, waits after each, as one with a slow uplink does. */
  readonly partPause: Duration;
  /** Readers ask for the name; or they list the bucket first, and to them there is only what is listed. */
  readonly find: "name" | "listing";
  readonly rate: Rate;
  /** Each is kept to one node, in turn. */
  readonly clients: number;
  /** How many of the cluster's nodes, from the first, have clients; 0: all. The final reads ask all. */
  readonly nodes: number;
  readonly sizeBytes: number;
  /** The share of the operations that write; the others read. */
  readonly mix: { readonly puts: number };
  /** A put without an answer by then is `unknown`. */
  readonly timeout: Duration;
}

export type ObjectsOptions = Given<ObjectsSpec, "to">;

export const objectsSpec = defineSpec<ObjectsSpec>({
  kind: "objects",
  fields: {
    to: text(/^[^.]+\.[a-z0-9-]{3,63}$/, 'use cluster and bucket: "minio.rehearsal"'),
    keys: whole({ least: 1, most: 10_000, otherwise: 8 }),
    once: flag(false),
    upload: choice(["put", "multipart", "pieces"], "put"),
    partPause: duration({ least: seconds(0), most: seconds(60), otherwise: seconds(0) }),
    find: choice(["name", "listing"], "name"),
    rate: rate("operations", { least: 0.1, most: 2_000, otherwise: perSecond(20) }),
    clients: whole({ least: 1, most: 32, otherwise: 4 }),
    nodes: whole({ least: 0, most: 16, otherwise: 0 }),
    sizeBytes: whole({ least: 256, most: 64 * 1024 * 1024, otherwise: 16 * 1024 }),
    mix: group<ObjectsSpec["mix"]>({ puts: number({ least: 0, most: 1, otherwise: 0.5 }) }),
    timeout: duration({ least: seconds(0.5), most: seconds(60), otherwise: seconds(10) }),
  },
  together: ({ upload, sizeBytes }) =>
    upload === "multipart" && sizeBytes <= PART_BYTES
      ? {
          field: "sizeBytes",
          what: `is ${sizeBytes}`,
          hint: `an upload in parts is more than one of ${PART_BYTES} bytes`,
        }
      : undefined,
});

/**
 * Objects written over and read again: 8 names in a bucket, 20 operations a second by four clients, each with a node of
 * its own; 16 KiB each, half of the operations puts, up to 10 s each.
 * @throws LabError `bad-scenario` naming the field.
 */
export const objects: (options: ObjectsOptions) => ObjectsSpec = objectsSpec.build;
