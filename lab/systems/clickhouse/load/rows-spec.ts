/** A load of inserts into tables, as data: what a scenario says, with defaults filled in and mistakes named. */
import { defineSpec, type Given } from "../../../load/index.ts";
import { choice, duration, flag, rate, text, whole } from "../../../fields.ts";
import { perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

/** Blocks of uniquely numbered rows inserted into a ClickHouse table, and read back whole from every replica. As data. */
export interface RowsSpec {
  readonly kind: "rows";
  /** `clickhouse.lab.events`: cluster, database and Distributed table; its shards' own table is `events_local`. */
  readonly to: string;
  /** Blocks a second. */
  readonly rate: Rate;
  readonly rowsPerBlock: number;
  /** Each inserts one block at a time. */
  readonly clients: number;
  /** Replicas that must have a block before it is acknowledged (`insert_quorum`); 0: the one that was asked. */
  readonly quorum: number;
  /** How long a server waits for the quorum before it says that it does not know. */
  readonly quorumTimeout: Duration;
  /** From a block's start to its outcome, all attempts together. */
  readonly timeout: Duration;
  /** Insert a block whose outcome is unknown again, the identical block, until it is known or the time is over. */
  readonly retryUnknown: boolean;
  /** Whether a block that is there already is recognised (`insert_deduplicate`); a mutant's way is false. */
  readonly deduplicate: boolean;
  /** `shards`: the client sends each block to the shard that its keys name. `distributed`: the Distributed table does. */
  readonly through: "shards" | "distributed";
  /**
   * Through a Distributed table: whether a block is acknowledged when all its shards have their rows
   * (`insert_distributed_sync`), or as soon as the server that was asked has queued what is for the others.
   */
  readonly awaitShards: boolean;
  /** Rows are numbered from this many thousand millions on: two loads of one table need different series. */
  readonly series: number;
}

export type RowsOptions = Given<RowsSpec, "to">;

export const rowsSpec = defineSpec<RowsSpec>({
  kind: "rows",
  fields: {
    to: text(/^[\w-]+\.\w+\.\w+$/, 'use cluster, database and table: "clickhouse.lab.events"'),
    rate: rate("blocks", { least: 0.1, most: 1_000, otherwise: perSecond(20) }),
    rowsPerBlock: whole({ least: 1, most: 10_000, otherwise: 20 }),
    clients: whole({ least: 1, most: 64, otherwise: 4 }),
    quorum: whole({ least: 0, most: 5, otherwise: 0 }),
    quorumTimeout: duration({ least: seconds(0.1), most: seconds(60), otherwise: seconds(2) }),
    timeout: duration({ least: seconds(1), most: seconds(600), otherwise: seconds(15) }),
    retryUnknown: flag(true),
    deduplicate: flag(true),
    through: choice(["shards", "distributed"], "shards"),
    awaitShards: flag(true),
    series: whole({ least: 0, most: 99, otherwise: 0 }),
  },
});

/**
 * Rows of the recorded traffic, uniquely numbered, inserted in blocks and read back whole from every replica: 20 blocks
 * of 20 rows a second by four clients, each block to the shard that its rows' keys name. A block whose fate is unknown
 * is inserted again as it was until 15 s are over.
 * @throws LabError `bad-scenario` naming the field.
 */
export const rows: (options: RowsOptions) => RowsSpec = rowsSpec.build;
