/** What the servers say of themselves and of their replicated tables. */
import type { Node } from "../../engine/types.ts";
import { seconds } from "../../time.ts";
import type { Look } from "../../time.ts";
import type { Connection } from "./client.ts";
import { queuedOn } from "./distributed.ts";
import type { ClickHouseMember } from "./layout.ts";

export interface ClickHouseNode {
  readonly member: ClickHouseMember;
  readonly node: Node;
  readonly connection: Connection;
}

/** Whether it answers a query, within a second. */
export const answersNow = ({ connection }: ClickHouseNode): Promise<boolean> =>
  connection.rows("SELECT 1 AS one", { within: seconds(1) }).then(
    (rows) => rows.length === 1,
    () => false,
  );

/** Reached when every node answers; its tables may not be there yet. */
export async function lookAnswering(nodes: readonly ClickHouseNode[]): Promise<Look<true>> {
  const answers = await Promise.all(nodes.map(answersNow));
  const silent = nodes.filter((_, place) => answers[place] !== true).map(({ member }) => member.name);
  return silent.length === 0 ? { reached: true } : { seen: `no answer from ${silent.join(", ")}` };
}

/** One replica of one replicated table, as its server sees it. */
export interface ReplicaState {
  /** `lab.events_local` */
  readonly table: string;
  readonly readOnly: boolean;
  readonly queue: number;
  /** How old the oldest insert is that it has not copied yet; 0 when there is none. */
  readonly delayS: number;
  readonly active: number;
  readonly total: number;
}

/** `active` and `total` are read from ZooKeeper: without it they are 0. */
export async function replicasOn({ connection }: ClickHouseNode): Promise<readonly ReplicaState[]> {
  const rows = await connection.rows(
    `SELECT concat(database, '.', table) AS table, is_readonly, queue_size, absolute_delay, active_replicas, total_replicas
     FROM system.replicas ORDER BY table`,
    { within: seconds(5) },
  );
  return rows.map((row) => ({
    table: String(row["table"]),
    readOnly: Number(row["is_readonly"]) !== 0,
    queue: Number(row["queue_size"]),
    delayS: Number(row["absolute_delay"]),
    active: Number(row["active_replicas"]),
    total: Number(row["total_replicas"]),
  }));
}

/** Reached when every node answers, and every replicated table can be written to and has all its replicas active. */
export async function lookReady(nodes: readonly ClickHouseNode[]): Promise<Look<true>> {
  const unready = await Promise.all(nodes.map((node) => unreadiness(node, replicasOfShard(nodes, node))));
  const seen = unready.flat();
  return seen.length === 0 ? { reached: true } : { seen: seen.slice(0, 6).join("; ") };
}

const replicasOfShard = (nodes: readonly ClickHouseNode[], { member }: ClickHouseNode): number =>
  nodes.filter((each) => each.member.shard === member.shard).length;

async function unreadiness(node: ClickHouseNode, expected: number): Promise<readonly string[]> {
  const { name } = node.member;
  const replicas = await replicasOn(node).catch(() => undefined);
  if (replicas === undefined) return [`${name} does not answer`];
  return replicas.flatMap(({ table, readOnly, active, total }) => {
    if (readOnly) return [`${table} on ${name} is read-only`];
    if (active === expected && total === expected) return [];
    return [`${table} on ${name} has ${active} of ${expected} replicas active`];
  });
}

/** How many rows its merges have taken since the server was started. */
async function mergedRowsOn({ connection }: ClickHouseNode): Promise<number> {
  const [counted] = await connection.rows("SELECT value FROM system.events WHERE event = 'MergedRows'");
  return Number(counted?.["value"] ?? 0);
}

/** A look that is reached once a server's merges have taken more rows than at the look before. */
export function lookMerging(nodes: readonly ClickHouseNode[]): () => Promise<Look<string>> {
  let known: ReadonlyMap<string, number> = new Map();
  return async () => {
    const counts = await Promise.allSettled(nodes.map(mergedRowsOn));
    const answered = nodes.flatMap(({ member: { name } }, place) => {
      const count = counts[place];
      return count?.status === "fulfilled" ? [[name, count.value] as const] : [];
    });
    const [first] = mergingSince(known, answered);
    known = new Map([...known, ...answered]);
    return first === undefined ? { seen: "no merge on any server" } : { reached: first };
  };
}

/**
 * The servers whose counts of merged rows have grown. Each is compared with itself: one that does not answer, or starts
 * from nothing, takes nothing away from the others' merges. Pure.
 */
export const mergingSince = (
  known: ReadonlyMap<string, number>,
  now: readonly (readonly [server: string, rows: number])[],
): readonly string[] =>
  now.filter(([server, rows]) => rows > (known.get(server) ?? Infinity)).map(([server]) => server);

/** What a replica holds of one table. */
interface Contents {
  readonly table: string;
  readonly rows: number;
  /** A sum over the hashes of all rows. */
  readonly hash: string;
}

/** Reached when the replicas of each shard hold the same rows, none is behind, and nothing waits to be copied, merged or sent. */
export async function lookEqual(nodes: readonly ClickHouseNode[]): Promise<Look<string>> {
  const states = await Promise.all(nodes.map(async (node) => ({ node, replicas: await replicasOn(node) })));
  const busy = states.flatMap(({ node, replicas }) =>
    replicas
      .filter(({ queue, delayS }) => queue > 0 || delayS > 0)
      .map(({ table, queue, delayS }) => `${table} on ${node.member.name} has ${queue}, ${delayS} s behind`),
  );
  if (busy.length > 0) return { seen: `in queues: ${busy.join(", ")}` };

  const unsent = await Promise.all(nodes.map(async (node) => ({ node, blocks: (await queuedOn(node)).length })));
  const behind = unsent.filter(({ blocks }) => blocks > 0);
  if (behind.length > 0) {
    return {
      seen: `for other shards: ${behind.map(({ node, blocks }) => `${blocks} blocks on ${node.member.name}`).join(", ")}`,
    };
  }

  const held = await Promise.all(nodes.map(async (node) => ({ node, contents: await contentsOf(node) })));
  let tables = 0;
  let rows = 0;
  for (const replicas of Map.groupBy(held, ({ node }) => node.member.shard).values()) {
    const [first, ...others] = replicas;
    if (first === undefined) continue;
    for (const other of others) {
      const difference = differenceOf(first, other);
      if (difference !== undefined) return { seen: difference };
    }
    tables += first.contents.length;
    rows += first.contents.reduce((sum, each) => sum + each.rows, 0);
  }
  return { reached: `${tables} tables hold the same ${rows} rows on all their replicas, by count and hash` };
}

interface Held {
  readonly node: ClickHouseNode;
  readonly contents: readonly Contents[];
}

function differenceOf(one: Held, other: Held): string | undefined {
  if (one.contents.length !== other.contents.length) {
    return `${one.node.member.name} has ${one.contents.length} tables, ${other.node.member.name} ${other.contents.length}`;
  }
  for (const [place, mine] of one.contents.entries()) {
    const theirs = other.contents[place];
    if (theirs?.table === mine.table && theirs.rows === mine.rows && theirs.hash === mine.hash) continue;
    return `${mine.table}: ${one.node.member.name} holds ${mine.rows} rows (${mine.hash}), ${other.node.member.name} ${theirs?.rows ?? 0} (${theirs?.hash ?? "none"})`;
  }
  return undefined;
}

async function contentsOf({ connection }: ClickHouseNode): Promise<readonly Contents[]> {
  const tables = await connection.rows(
    `SELECT concat(database, '.', name) AS table, engine FROM system.tables
     WHERE engine LIKE '%MergeTree' AND database != 'system' ORDER BY table`,
  );
  const contents: Contents[] = [];
  for (const row of tables) {
    const table = String(row["table"]);
    // Engines that merge rows may hold them merged here and not yet there: what a reader is told counts.
    const final = /^(Replicated)?MergeTree$/.test(String(row["engine"])) ? "" : " FINAL";
    const [sums] = await connection.rows(
      `SELECT toString(count()) AS rows, toString(sum(cityHash64(*))) AS hash FROM ${table}${final}`,
      { within: seconds(30) },
    );
    contents.push({ table, rows: Number(sums?.["rows"]), hash: String(sums?.["hash"]) });
  }
  return contents;
}
