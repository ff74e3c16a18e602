/**
 * Inserts of uniquely numbered rows, block by block, and the final whole reads that tell what became of each row.
 * Each row is journalled as an operation `add`: `value` its number, `key` its key, `partition` its shard (from 1).
 */
import { connect, errorName, isRefusal } from "../client.ts";
import type { ClickHouseCluster } from "../cluster.ts";
import type { Node } from "../../../engine/types.ts";
import { LabError } from "../../../errors.ts";
import { milliseconds, seconds, sleep } from "../../../time.ts";
import { placeOf, type LoadStart } from "../../../load/index.ts";
import { startOperations } from "../../../load/operations.ts";
import type { Invocation, Outcomes } from "../../../load/operations.ts";
import { loadTraffic } from "../../../load/traffic.ts";
import type { Traffic } from "../../../load/traffic.ts";
import type { RowsSpec } from "./rows-spec.ts";
import type { StartedLoad } from "../../../load/index.ts";

const RETRY_PAUSE = milliseconds(50);
/** An attempt that nobody answers; a server answers a missing quorum by itself, after its own limit. */
const ATTEMPT_LIMIT = seconds(5);
const READ_LIMIT = seconds(30);
/** What lies between the first numbers of two series. */
const SERIES = 1_000_000_000;

export type RowsLoadOptions = LoadStart<RowsSpec, ClickHouseCluster>;

/** A row as the schema's table has it. */
export interface TrafficRow {
  readonly n: number;
  readonly key: number;
  readonly [column: string]: string | number;
}

export interface Block {
  /** From 1; 0 when a Distributed table places the rows. */
  readonly shard: number;
  readonly rows: readonly TrafficRow[];
}

/** Begins to insert at once. */
export async function startRowsLoad(options: RowsLoadOptions): Promise<StartedLoad> {
  return new RowsLoad(options, await loadTraffic()).start();
}

/** The shard that a key names, as the schema's Distributed tables place rows: the remainder of the division by their number. */
export const shardOfKey = (key: number, shards: number): number => (key % shards) + 1;

/** Row `n` of the traffic. */
export function trafficRow(traffic: Traffic, n: number): TrafficRow {
  const { keyNumber, value } = traffic.record(n);
  const event = JSON.parse(value) as Record<string, string | number>;
  const text = (name: string): string => String(event[name] ?? "");
  return {
    n,
    key: keyNumber,
    visitor: text("visitor"),
    time: text("time").replace("T", " ").replace("Z", ""),
    method: text("method"),
    path: text("path"),
    status: Number(event["status"]),
    bytes: Number(event["bytes"]),
    agent: text("agent"),
  };
}

/**
 * Block after block of rows that were in none before. Through shards, the blocks go to the shards in turn, each with
 * the next rows whose keys name its shard; through a Distributed table, with the next rows as they come.
 */
export function blocksOf(traffic: Traffic, rowsPerBlock: number, shards: number, series = 0): { next(): Block } {
  const cursors = Array.from({ length: Math.max(1, shards) }, () => series * SERIES);
  let block = 0;
  return {
    next() {
      const place = block % cursors.length;
      block += 1;
      const rows: TrafficRow[] = [];
      let n = cursors[place] ?? 0;
      for (; rows.length < rowsPerBlock; n += 1) {
        const row = trafficRow(traffic, n);
        if (shards === 0 || shardOfKey(row.key, shards) === place + 1) rows.push(row);
      }
      cursors[place] = n;
      return { shard: shards === 0 ? 0 : place + 1, rows };
    },
  };
}

/** Refusals that say nothing of the next attempt: a server that is not there, a quorum that is busy with another's block. */
const worthAnother = (refusal: string, spentMs: number, { quorumTimeout }: RowsSpec): boolean =>
  refusal === "connection-refused" || (refusal === "UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE" && spentMs < quorumTimeout);

/**
 * By default today's servers try for minutes to reach a ZooKeeper that is gone: the load's own attempts are to see it.
 * And quorum writes one after another are what its checks promise.
 */
const WITHOUT_KEEPER = { insert_keeper_max_retries: 0, insert_quorum_parallel: 0 } as const;

class RowsLoad {
  readonly #options: RowsLoadOptions;
  readonly #table: string;
  readonly #connections = new Map<string, ReturnType<typeof connect>>();
  readonly #blocks: { next(): Block };
  readonly #made: Block[] = [];
  #reading = 0;

  constructor(options: RowsLoadOptions, traffic: Traffic) {
    const { spec, cluster } = options;
    this.#options = options;
    this.#table = placeOf(spec);
    const shards = spec.through === "shards" ? cluster.shards.length : 0;
    this.#blocks = blocksOf(traffic, spec.rowsPerBlock, shards, spec.series);
  }

  start(): StartedLoad {
    const { name, spec, part, recorder, clock } = this.#options;
    return startOperations({
      name,
      part,
      rate: spec.rate,
      clients: Array.from({ length: spec.clients }, (_, i) => `inserter-${i + 1}`),
      timeout: spec.timeout,
      recorder,
      clock,
      perform: (invocation) => this.#insert(invocation),
      unfinished: ({ number }, outcome, error) => this.#outcomes(this.#block(number), outcome, error),
      sinks: [{ finalReads: () => this.#readAll() }],
      close: async () => {
        await Promise.all([...this.#connections.values()].map((each) => each[Symbol.asyncDispose]()));
      },
    });
  }

  /** Blocks are made in the order of the schedule, whoever asks first. */
  #block(number: number): Block {
    while (this.#made.length <= number) this.#made.push(this.#blocks.next());
    const block = this.#made[number];
    if (block === undefined) throw new LabError({ code: "internal", message: `there is no block ${number}` });
    return block;
  }

  /** Tries until the outcome is known or the time is over: the identical block each time, and another server after each failure. */
  async #insert({ number, client, deadlineMs, signal }: Invocation): Promise<Outcomes> {
    const { spec, clock } = this.#options;
    const block = this.#block(number);
    const servers = this.#serversFor(block);
    const startMs = clock.now();
    let doubtful = "";
    for (let attempt = 0; ; attempt += 1) {
      const server = servers[(client + attempt) % servers.length];
      if (server === undefined) return this.#outcomes(block, "failed", "no-server");
      const name = await this.#attempt(server, block);
      if (name === "") return this.#outcomes(block, "ok", "");
      if (!isRefusal(name)) doubtful = name;
      const over = clock.now() + RETRY_PAUSE >= deadlineMs || signal.aborted;
      // A refusal is the whole truth only when no attempt before it may have left the block behind.
      const again = doubtful === "" ? worthAnother(name, clock.now() - startMs, spec) : spec.retryUnknown;
      if (!again || over) return this.#outcomes(block, doubtful === "" ? "failed" : "unknown", doubtful || name);
      await sleep(RETRY_PAUSE);
    }
  }

  /** The name of what went wrong; empty when it was acknowledged. */
  async #attempt(server: Node, { rows }: Block): Promise<string> {
    const { spec } = this.#options;
    const table = spec.through === "shards" ? `${this.#table}_local` : this.#table;
    const settings = {
      insert_deduplicate: spec.deduplicate ? 1 : 0,
      ...(spec.through === "distributed" ? { insert_distributed_sync: spec.awaitShards ? 1 : 0 } : {}),
      ...(spec.quorum > 0 ? { insert_quorum: spec.quorum, insert_quorum_timeout: Math.round(spec.quorumTimeout) } : {}),
    };
    const within = milliseconds(spec.quorumTimeout + ATTEMPT_LIMIT);
    return this.#connection(server)
      .insert(table, rows, { within, settings, whereKnown: WITHOUT_KEEPER })
      .then(() => "", errorName);
  }

  #serversFor({ shard }: Block): readonly Node[] {
    const { shards } = this.#options.cluster;
    return shard === 0 ? shards.flat() : (shards[shard - 1] ?? []);
  }

  #connection(server: Node): ReturnType<typeof connect> {
    const known = this.#connections.get(server.name) ?? connect(server);
    this.#connections.set(server.name, known);
    return known;
  }

  /** Rows that a Distributed table places are for the shard that their key names, of as many as there are by now. */
  #outcomes(block: Block, outcome: "ok" | "failed" | "unknown", error: string): Outcomes {
    return block.rows.map(({ n, key }) => ({
      action: "add",
      outcome,
      error,
      value: n,
      key,
      partition: block.shard === 0 ? shardOfKey(key, this.#options.cluster.shards.length) : block.shard,
    }));
  }

  /** Whole reads: one a replica number over all shards, with the shard of each row; then one through each server's Distributed table. */
  async #readAll(): Promise<string> {
    const { shards } = this.#options.cluster;
    const replicas = Math.max(...shards.map((shard) => shard.length));
    let rows = 0;
    for (let replica = 0; replica < replicas; replica += 1) {
      const sources = shards.flatMap((servers, place) => {
        const server = servers[Math.min(replica, servers.length - 1)];
        return server === undefined ? [] : [{ server, table: `${this.#table}_local`, shard: place + 1 }];
      });
      rows += await this.#readWhole(`replicas-${replica + 1}`, sources);
    }
    const servers = shards.flat();
    for (const server of servers) {
      rows += await this.#readWhole(`${server.name} distributed`, [{ server, table: this.#table, shard: -1 }]);
    }
    return `${replicas + servers.length} whole reads saw ${rows} rows`;
  }

  async #readWhole(
    client: string,
    sources: readonly { readonly server: Node; readonly table: string; readonly shard: number }[],
  ): Promise<number> {
    const { name, spec, recorder, clock } = this.#options;
    const from = spec.series * SERIES;
    const assignment = (this.#reading += 1);
    const startMs = clock.now();
    const found = await Promise.all(
      sources.map(async ({ server, table, shard }) => {
        const rows = await this.#connection(server).rows(
          `SELECT n, key FROM ${table} WHERE n >= ${from} AND n < ${from + SERIES}`,
          { within: READ_LIMIT },
        );
        return rows.map(({ n, key }) => ({ value: Number(n), key: Number(key), partition: shard }));
      }),
    );
    const atMs = clock.now();
    for (const row of found.flat()) recorder.read({ load: name, client, ...row, offset: -1, assignment, atMs });
    const read = { outcome: "ok", error: "", value: assignment, key: 0, partition: -1, offset: -1 } as const;
    recorder.operation({ load: name, client, action: "read", ...read, intendedMs: startMs, startMs, endMs: atMs });
    return found.flat().length;
  }
}
