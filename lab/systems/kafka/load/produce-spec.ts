/** Loads as data: what a scenario says, with defaults filled in and mistakes named. */
import { clusterOf, defineSpec, placeOf, type Given } from "../../../load/index.ts";
import { choice, duration, group, optional, rate, text, whole } from "../../../fields.ts";
import { perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

/** Records offered to a Kafka topic on an open-loop schedule, and read back by a group. As data. */
export interface ProduceSpec {
  readonly kind: "produce";
  /** `kafka.events`: cluster and topic. */
  readonly to: string;
  readonly rate: Rate;
  /** `all`: idempotent, acknowledged by all in-sync replicas. `leader`: acks=1. `none`: acks=0. */
  readonly acks: "all" | "leader" | "none";
  /** An acknowledgement later than this after the intended start ends the operation as `unknown`. */
  readonly timeout: Duration;
  readonly producers: number;
  /** The most records of one batch: those that became due while the last was under way. None: 1,000. */
  readonly batchRecords?: number;
  /** What batches are written in. None: as they are. */
  readonly compression?: "none" | "gzip";
  readonly readers: ReaderSpec;
}

/** The reading group of a load: each reader is a process of its own, so that it can be killed. */
export interface ReaderSpec {
  readonly members: number;
  readonly sessionTimeout: Duration;
  readonly commitEvery: Duration;
  /** `after`: a record is recorded as read, then committed. `before`: committed when fetched (a mutant's way: a crash loses what was committed and not read). */
  readonly commit: "after" | "before";
}

export type ProduceOptions = Given<ProduceSpec, "to">;

export const produceSpec = defineSpec<ProduceSpec>({
  kind: "produce",
  fields: {
    to: text(/^[^.]+\..+$/, 'use cluster and topic: "kafka.events"'),
    rate: rate("records", { least: 0.1, most: 50_000, otherwise: perSecond(500) }),
    acks: choice(["all", "leader", "none"], "all"),
    timeout: duration({ least: seconds(1), most: seconds(600), otherwise: seconds(30) }),
    producers: whole({ least: 1, most: 16, otherwise: 2 }),
    batchRecords: optional(whole({ least: 1, most: 10_000 })),
    // The client library has no other.
    compression: optional(choice(["none", "gzip"])),
    readers: group<ReaderSpec>({
      members: whole({ least: 0, most: 16, otherwise: 2 }),
      sessionTimeout: duration({ least: seconds(1), most: seconds(300), otherwise: seconds(6) }),
      commitEvery: duration({ least: seconds(0.1), most: seconds(60), otherwise: seconds(1) }),
      commit: choice(["after", "before"], "after"),
    }),
  },
});

/**
 * Real traffic offered to a topic and read back: 500 records a second by two producers that wait for all in-sync
 * replicas, up to 30 s each; two readers with a session of 6 s that commit every second what they have recorded.
 * @throws LabError `bad-scenario` naming the field.
 */
export const produce: (options: ProduceOptions) => ProduceSpec = produceSpec.build;

/** The cluster and the topic of `kafka.events`. */
export const destinationOf = (spec: ProduceSpec): { readonly cluster: string; readonly topic: string } => ({
  cluster: clusterOf(spec),
  topic: placeOf(spec),
});
