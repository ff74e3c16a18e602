/**
 * Moving rows to the shards that their keys name, after a shard was added. ClickHouse does not do it by itself: each
 * shard's misplaced rows are copied to where they belong, seen to be there, and only then deleted where they were.
 */
import { LabError } from "../../errors.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { queuedOn } from "./distributed.ts";
import { NATIVE_PORT } from "./layout.ts";
import { unreplicated } from "./schema.ts";
import type { Statement } from "./schema.ts";
import type { ClickHouseNode } from "./state.ts";

const STATEMENT_LIMIT = seconds(60);

/** A table whose rows a Distributed table places by a key. */
interface PlacedTable {
  /** `lab.events_local` */
  readonly local: string;
  /** The shard that a row's key names, from 1: an expression. */
  readonly shard: string;
  readonly replicated: boolean;
  /** Makes a table of the same shape that is not replicated and feeds no view. */
  readonly aside: string;
}

/** The tables of a schema whose rows have a place. */
export function placedTables(statements: readonly Statement[], shards: number): readonly PlacedTable[] {
  return statements.flatMap(({ sql }) => {
    const [, database, table, key] = /ENGINE = Distributed\(\w+, (\w+), (\w+), ([^]+)\)$/.exec(sql) ?? [];
    const local = `${database ?? ""}.${table ?? ""}`;
    const made = statements.find(({ makes }) => makes.name === local);
    if (key === undefined || made === undefined) return [];
    const aside = unreplicated(made.sql).replace(`IF NOT EXISTS ${local}`, asideOf(local));
    const replicated = made.sql.includes("ENGINE = Replicated");
    return [{ local, shard: `modulo(${key}, ${shards}) + 1`, replicated, aside }];
  });
}

const asideOf = (local: string): string => `${local}_arriving`;

/**
 * Moves all misplaced rows of these tables; gives how many there were. Rows that are equal in all columns count as one.
 * Inserts may go on, once all servers know all shards. Until it ends, queries of all shards may see a row twice.
 * What broke off is completed by the next one. @throws LabError `wait-timeout`, `cluster-not-ready` when a copy differs
 */
export async function moveRows(
  nodes: readonly ClickHouseNode[],
  tables: readonly PlacedTable[],
  { within }: { readonly within: Duration },
): Promise<number> {
  await earlierInsertsEnded(nodes, within);
  const shards = [...Map.groupBy(nodes, ({ member }) => member.shard).values()];
  let moved = 0;
  for (const table of tables) {
    for (const replicas of shards) moved += await clearShard(table, replicas, shards, within);
  }
  return moved;
}

/** Whoever began before all servers knew all shards may still place rows as it was. */
async function earlierInsertsEnded(nodes: readonly ClickHouseNode[], within: Duration): Promise<void> {
  const earlier = new Set((await Promise.all(nodes.map(placingNow))).flat());
  const look = async (): Promise<Look<true>> => {
    const still = (await Promise.all(nodes.map(placingNow))).flat().filter((each) => earlier.has(each));
    return still.length === 0 ? { reached: true } : { seen: `${still.length} are under way` };
  };
  await waitFor("all inserts that began earlier to end", look, { within, every: milliseconds(100) });
}

/** The inserts under way on a server, and the blocks that it holds for other shards. */
async function placingNow(node: ClickHouseNode): Promise<readonly string[]> {
  const inserts = await node.connection.rows("SELECT query_id FROM system.processes WHERE lower(query) LIKE 'insert%'");
  return [...inserts.map(({ query_id }) => String(query_id)), ...(await queuedOn(node))].map(
    (each) => `${node.member.name} ${each}`,
  );
}

async function clearShard(
  table: PlacedTable,
  replicas: readonly ClickHouseNode[],
  shards: readonly (readonly ClickHouseNode[])[],
  within: Duration,
): Promise<number> {
  const [source] = replicas;
  if (source === undefined) return 0;
  const { member, connection } = source;
  const misplaced = `${table.shard} != ${member.shard}`;
  if (table.replicated) await connection.run(`SYSTEM SYNC REPLICA ${table.local}`, { within });
  const rows = await countOf(source, `${table.local} WHERE ${misplaced}`);
  if (rows === 0) return 0;
  for (const [target] of shards) if (target !== undefined && target !== source) await copy(table, source, target);
  await connection.run(`ALTER TABLE ${table.local} DELETE WHERE ${misplaced}`, { within: STATEMENT_LIMIT });
  const look = async (): Promise<Look<true>> => {
    const left = await Promise.all(replicas.map((replica) => countOf(replica, `${table.local} WHERE ${misplaced}`)));
    return left.every((each) => each === 0) ? { reached: true } : { seen: `${left.join(", ")} rows on its replicas` };
  };
  await waitFor(`the rows that ${member.name} gave away to be deleted`, look, { within, every: milliseconds(200) });
  return rows;
}

/** Beside the table first, then into it as whole parts: views have seen these rows, and must not see them again. */
async function copy(table: PlacedTable, source: ClickHouseNode, target: ClickHouseNode): Promise<void> {
  const { local, shard } = table;
  const { connection, member } = target;
  const aside = asideOf(local);
  const run = (sql: string): Promise<void> => connection.run(sql, { within: STATEMENT_LIMIT });
  const [database = "", name = ""] = local.split(".");
  const theirs = `remote('${source.member.name}:${NATIVE_PORT}', ${database}, ${name}) WHERE ${shard} = ${member.shard}`;

  await run(`DROP TABLE IF EXISTS ${aside}`);
  await run(table.aside);
  // GLOBAL: without it the other server would look into its own table.
  await run(
    `INSERT INTO ${aside} SELECT * FROM ${theirs} AND cityHash64(*) GLOBAL NOT IN (SELECT cityHash64(*) FROM ${local})`,
  );
  const partitions = await connection.rows(
    `SELECT DISTINCT partition FROM system.parts WHERE active AND concat(database, '.', table) = '${aside}'`,
  );
  for (const { partition } of partitions) {
    await run(`ALTER TABLE ${local} ATTACH PARTITION ${String(partition)} FROM ${aside}`);
  }
  await run(`DROP TABLE ${aside}`);
  const wanted = await countOf(source, `${local} WHERE ${shard} = ${member.shard}`);
  const there = await countOf(target, `${local} WHERE cityHash64(*) IN (SELECT cityHash64(*) FROM ${theirs})`);
  if (there === wanted) return;
  throw new LabError({
    code: "cluster-not-ready",
    message: `${member.name} has ${there} of the ${wanted} rows of ${local} that were copied from ${source.member.name}`,
    hint: "nothing was deleted: move again",
  });
}

async function countOf({ connection }: ClickHouseNode, from: string): Promise<number> {
  const [counted] = await connection.rows(`SELECT toString(count()) AS rows FROM ${from}`, { within: STATEMENT_LIMIT });
  return Number(counted?.["rows"]);
}
