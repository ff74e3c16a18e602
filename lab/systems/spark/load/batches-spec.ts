/** Batches of rows appended to a Delta table, as data, with defaults filled in and mistakes named. */
import { boundsOf } from "../../../bounds.ts";
import { milliseconds, perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

const { bad, durationWithin } = boundsOf("batches");

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

export type BatchesOptions = Pick<BatchesSpec, "to" | "lake" | "table"> & Partial<Omit<BatchesSpec, "kind">>;

/**
 * One batch of 200 rows every second and a half, each written once however often it is tried, for up to 60 s.
 * @throws LabError `bad-scenario` naming the field.
 */
export function batches(options: BatchesOptions): BatchesSpec {
  const spec: BatchesSpec = {
    kind: "batches",
    rate: perSecond(1 / 1.5),
    rowsPerBatch: 200,
    timeout: seconds(60),
    once: true,
    acknowledgeAfter: milliseconds(0),
    checkOff: false,
    restart: true,
    ...options,
  };
  checkBatchesSpec(spec);
  return spec;
}

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkBatchesSpec(spec: BatchesSpec): void {
  if (!/^[^.]+\.[a-z0-9-]{3,63}$/.test(spec.lake)) {
    throw bad("lake", `is "${spec.lake}"`, 'use cluster and bucket: "minio.lakehouse"');
  }
  if (!/^[a-z0-9_-]+$/.test(spec.table)) throw bad("table", `is "${spec.table}"`, "use letters, digits, hyphens");
  if (!(spec.rate >= 0.01 && spec.rate <= 10)) throw bad("rate", `is ${spec.rate}`, "use 0.01 to 10 batches a second");
  if (!Number.isInteger(spec.rowsPerBatch) || spec.rowsPerBatch < 1 || spec.rowsPerBatch > 10_000) {
    throw bad("rowsPerBatch", `is ${spec.rowsPerBatch}`, "use a whole number from 1 to 10000");
  }
  durationWithin("timeout", spec.timeout, seconds(1), seconds(600));
  durationWithin("acknowledgeAfter", spec.acknowledgeAfter, milliseconds(0), seconds(60));
}
