/** Batches of rows appended to a Delta table, as data, with defaults filled in and mistakes named. */
import { defineSpec, type Given } from "../../../load/index.ts";
import { duration, flag, rate, text, whole } from "../../../fields.ts";
import { milliseconds, perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

/** Batches of uniquely numbered rows that one Spark driver appends to a Delta table, read back whole. */
export interface BatchesSpec {
  readonly kind: "batches";
  /** The Spark cluster. */
  readonly to: string;
  /** `minio.lakehouse`: the MinIO cluster and the bucket that the table lies in. */
  readonly lake: string;
  readonly table: string;
  /** Batches a second. */
  readonly rate: Rate;
  readonly rowsPerBatch: number;
  /** A batch is tried again until it is acknowledged, for so long; then it ends as `unknown`. */
  readonly timeout: Duration;
  /** Each batch carries its number into the table's log (Delta's txnAppId and txnVersion), so that one tried twice counts once. */
  readonly once: boolean;
  /** How long the driver keeps the news of a written batch to itself: the time in which its death leaves the outcome open. */
  readonly acknowledgeAfter: Duration;
  /** After that time the driver notes the batch's number beside the table, as the checkpoint of a stream does, and acknowledges it then only. */
  readonly checkOff: boolean;
  /** A driver that ends is started again. */
  readonly restart: boolean;
}

export type BatchesOptions = Given<BatchesSpec, "to" | "lake" | "table">;

export const batchesSpec = defineSpec<BatchesSpec, "to" | "lake" | "table">({
  kind: "batches",
  fields: {
    to: text(/^[^.]+$/, 'use the cluster: "spark"'),
    lake: text(/^[^.]+\.[a-z0-9-]{3,63}$/, 'use cluster and bucket: "minio.lakehouse"'),
    table: text(/^[a-z0-9_-]+$/, "use letters, digits, hyphens"),
    rate: rate("batches", { least: 0.01, most: 10, otherwise: perSecond(1 / 1.5) }),
    rowsPerBatch: whole({ least: 1, most: 10_000, otherwise: 200 }),
    timeout: duration({ least: seconds(1), most: seconds(600), otherwise: seconds(60) }),
    once: flag(true),
    acknowledgeAfter: duration({ least: milliseconds(0), most: seconds(60), otherwise: milliseconds(0) }),
    checkOff: flag(false),
    restart: flag(true),
  },
});

/**
 * One batch of 200 rows every second and a half, each written once however often it is tried, for up to 60 s.
 * @throws LabError `bad-scenario` naming the field.
 */
export const batches: (options: BatchesOptions) => BatchesSpec = batchesSpec.build;
