/** A load of inserts into tables, as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../../bounds.ts";
import { perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

const { bad, wholeNumber, durationWithin } = boundsOf("rows");

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

export interface RowsOptions {
  /** `clickhouse.lab.events`: cluster, database and table. */
  readonly to: string;
  /** Blocks a second. */
  readonly rate?: Rate;
  readonly rowsPerBlock?: number;
  readonly clients?: number;
  readonly quorum?: number;
  readonly quorumTimeout?: Duration;
  readonly timeout?: Duration;
  readonly retryUnknown?: boolean;
  readonly deduplicate?: boolean;
  readonly through?: RowsSpec["through"];
  readonly awaitShards?: boolean;
  readonly series?: number;
}

/**
 * Rows of the recorded traffic, uniquely numbered, inserted in blocks and read back whole from every replica: 20 blocks
 * of 20 rows a second by four clients, each block to the shard that its rows' keys name. A block whose fate is unknown
 * is inserted again as it was until 15 s are over.
 * @throws LabError `bad-scenario` naming the field.
 */
export function rows(options: RowsOptions): RowsSpec {
  const spec: RowsSpec = {
    kind: "rows",
    to: options.to,
    rate: options.rate ?? perSecond(20),
    rowsPerBlock: options.rowsPerBlock ?? 20,
    clients: options.clients ?? 4,
    quorum: options.quorum ?? 0,
    quorumTimeout: options.quorumTimeout ?? seconds(2),
    timeout: options.timeout ?? seconds(15),
    retryUnknown: options.retryUnknown ?? true,
    deduplicate: options.deduplicate ?? true,
    through: options.through ?? "shards",
    awaitShards: options.awaitShards ?? true,
    series: options.series ?? 0,
  };
  checkRowsSpec(spec);
  return spec;
}

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkRowsSpec(spec: RowsSpec): void {
  if (!/^[\w-]+\.\w+\.\w+$/.test(spec.to)) {
    throw bad("to", `is "${spec.to}"`, 'use cluster, database and table: "clickhouse.lab.events"');
  }
  if (!(spec.rate >= 0.1 && spec.rate <= 1_000))
    throw bad("rate", `is ${spec.rate}`, "use 0.1 to 1000 blocks a second");
  wholeNumber("rowsPerBlock", spec.rowsPerBlock, 1, 10_000);
  wholeNumber("clients", spec.clients, 1, 64);
  wholeNumber("quorum", spec.quorum, 0, 5);
  wholeNumber("series", spec.series, 0, 99);
  durationWithin("quorumTimeout", spec.quorumTimeout, seconds(0.1), seconds(60));
  durationWithin("timeout", spec.timeout, seconds(1), seconds(600));
}
