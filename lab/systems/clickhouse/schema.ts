/** Deploying a schema to every node, and proving that what is deployed is what is written. */
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { LabError, messageOf } from "../../errors.ts";
import { seconds } from "../../time.ts";
import type { ClickHouseNode } from "./state.ts";
import type { ClickHouseSpec } from "./spec.ts";

const schemas = new URL("../../../schemas/", import.meta.url);
const STATEMENT_LIMIT = seconds(20);

export interface Statement {
  /** The file it is written in: `002-events.sql`. */
  readonly file: string;
  readonly sql: string;
  /** The database or table that it makes. */
  readonly makes: { readonly kind: "database" | "table"; readonly name: string };
}

/** The statements of a spec's schema, in the order of files and of lines. @throws LabError `bad-scenario` */
export async function readSchema({ schema, shardingKey, replicated }: ClickHouseSpec): Promise<readonly Statement[]> {
  if (schema === "") return [];
  const folder = new URL(`${schema}/`, schemas);
  const files = await readdir(folder).catch((error: unknown) => {
    throw new LabError({
      code: "bad-scenario",
      message: `there is no schema ${JSON.stringify(schema)}: ${messageOf(error)}`,
      hint: `schemas are folders in ${fileURLToPath(schemas)}`,
      cause: error,
    });
  });
  const statements: Statement[] = [];
  for (const file of files.filter((name) => name.endsWith(".sql")).toSorted()) {
    const text = await readFile(new URL(file, folder), "utf8");
    statements.push(...statementsOf(file, text.replaceAll("${shardingKey}", shardingKey)));
  }
  return replicated ? statements : statements.map((each) => ({ ...each, sql: unreplicated(each.sql) }));
}

/** The same table, whose rows its server keeps for itself. */
export const unreplicated = (sql: string): string =>
  sql.replace(
    /Replicated(\w*MergeTree)\('[^']*', '\{replica\}'(?:, )?([^)]*)\)/,
    (_, engine: string, others: string) => (others === "" ? engine : `${engine}(${others})`),
  );

/** The statements of one file. Each must make something, and do nothing where it is there already. */
export function statementsOf(file: string, text: string): readonly Statement[] {
  return withoutComments(text)
    .split(";")
    .map((sql) => sql.trim())
    .filter((sql) => sql !== "")
    .map((sql) => {
      const match = /^CREATE (?<kind>DATABASE|TABLE|MATERIALIZED VIEW|VIEW) IF NOT EXISTS (?<name>[\w.]+)/.exec(sql);
      const { kind, name } = match?.groups ?? {};
      if (kind !== undefined && name !== undefined) {
        return { file, sql, makes: { kind: kind === "DATABASE" ? "database" : "table", name } };
      }
      throw new LabError({
        code: "bad-scenario",
        message: `${file}: a statement that cannot be repeated: ${firstLine(sql)}`,
        hint: "write CREATE … IF NOT EXISTS NAME, so that a second deployment completes the first",
      });
    });
}

const withoutComments = (text: string): string => text.replaceAll(/--[^\n]*/g, "");
const firstLine = (sql: string): string => sql.split("\n")[0] ?? "";

/**
 * Deploys to each node in order: shards side by side, the replicas of one after another. What is there already stays,
 * so a second run completes one that broke off.
 * @throws LabError `cluster-not-ready` naming node, file and statement.
 */
export async function deploySchema(nodes: readonly ClickHouseNode[], statements: readonly Statement[]): Promise<void> {
  const shards = Map.groupBy(nodes, ({ member }) => member.shard);
  await Promise.all(
    [...shards.values()].map(async (replicas) => {
      for (const node of replicas) await deployTo(node, statements);
    }),
  );
}

async function deployTo({ member, connection }: ClickHouseNode, statements: readonly Statement[]): Promise<void> {
  for (const { file, sql } of statements) {
    await connection.run(sql, { within: STATEMENT_LIMIT }).catch((error: unknown) => {
      throw new LabError({
        code: "cluster-not-ready",
        message: `${member.name} refused a statement of ${file}: ${messageOf(error)}\n${sql}`,
        hint: "mend what it names and deploy again: what is there already stays",
        cause: error,
      });
    });
  }
}

/** What is deployed otherwise than it is written, on which node; empty when all is as it should be. */
export async function schemaDifferences(
  nodes: readonly ClickHouseNode[],
  statements: readonly Statement[],
): Promise<readonly string[]> {
  const found = await Promise.all(
    nodes.map((node) => differencesOn(node, statements).catch((error: unknown) => silent(node.member.name, error))),
  );
  return found.flat();
}

function silent(node: string, cause: unknown): never {
  throw new LabError({
    code: "cluster-not-ready",
    message: `${node} could not be asked for its tables: ${messageOf(cause)}`,
    hint: "when it answers again, ask again",
    cause,
  });
}

async function differencesOn(
  { member, connection }: ClickHouseNode,
  statements: readonly Statement[],
): Promise<readonly string[]> {
  const databases = await connection.rows("SELECT name FROM system.databases");
  const names = new Set(databases.map(({ name }) => String(name)));
  const tables = await connection.rows(
    "SELECT concat(database, '.', name) AS name FROM system.tables WHERE NOT startsWith(name, '.')",
  );
  for (const { name } of tables) names.add(String(name));

  const differences: string[] = [];
  for (const { file, sql, makes } of statements) {
    if (!names.has(makes.name)) {
      differences.push(`${member.name} has no ${makes.kind} ${makes.name} (${file})`);
      continue;
    }
    if (makes.kind === "database") continue;
    const [shown] = await connection.rows(`SHOW CREATE TABLE ${makes.name}`);
    const difference = differenceBetween(sql, String(shown?.["statement"]));
    if (difference !== undefined) differences.push(`${member.name}: ${makes.name} (${file}) ${difference}`);
  }
  return differences;
}

/**
 * How the deployed definition differs from the written one, or undefined. Blanks, quotes and settings that the server
 * adds from its own configuration do not count; whatever is written must be there.
 */
export function differenceBetween(written: string, deployed: string): string | undefined {
  const wanted = normalised(written);
  const found = normalised(deployed);
  if (wanted.body !== found.body) {
    let place = 0;
    while (wanted.body[place] === found.body[place]) place += 1;
    const from = Math.max(0, place - 12);
    return `is written …${wanted.body.slice(from, place + 28)}… and deployed as …${found.body.slice(from, place + 28)}…`;
  }
  const missing = wanted.settings.filter((setting) => !found.settings.includes(setting));
  return missing.length === 0 ? undefined : `lacks the setting ${missing.join(", ")}`;
}

function normalised(sql: string): { readonly body: string; readonly settings: readonly string[] } {
  const dense = sql
    .replace("IF NOT EXISTS ", "")
    .replaceAll("\\n", " ")
    .replaceAll("\\'", "'")
    .replaceAll(/[\s`]/g, "")
    // Today's versions quote the names that a Distributed table is given.
    .replace(/(?<=ENGINE=Distributed\()'(\w+)','(\w+)','(\w+)'/, "$1,$2,$3");
  const [body = "", settings = ""] = dense.split(/SETTINGS(?=\w+=)/);
  return { body, settings: settings === "" ? [] : settings.split(",") };
}
