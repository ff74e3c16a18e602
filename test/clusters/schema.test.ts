/** Tables, buckets and topics from the command line: verified, partly gone, partly deployed, completed. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openStanding, type Standing } from "../../lab/cli/standing.ts";
import type { SchemaState } from "../../lab/cli/schema.ts";
import { connect } from "../../lab/systems/clickhouse/index.ts";
import { openEngine, silentProgress, type Engine, type Node } from "../../lab/engine/index.ts";
import { seconds } from "../../lab/time.ts";

const MAIN = join(import.meta.dirname, "../../lab/cli/main.ts");
const SCENARIO = join(import.meta.dirname, "programs/schema.scenario.ts");

const lab = (...words: readonly string[]): Promise<{ readonly code: number; readonly json: unknown }> =>
  new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...words, "--json"], (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      if (stdout === "") reject(new Error(`${words.join(" ")} ended with ${code}: ${stderr}`));
      else resolve({ code, json: JSON.parse(stdout) });
    });
  });

const schema = async (word: string): Promise<{ readonly code: number; readonly states: readonly SchemaState[] }> => {
  const { code, json } = await lab("schema", word, run);
  return { code, states: (json as { readonly clusters: readonly SchemaState[] }).clusters };
};

let engine: Engine;
let run: string;
let standing: Standing;

beforeAll(async () => {
  engine = await openEngine();
  run = ((await lab("up", SCENARIO)).json as { readonly run: string }).run;
  standing = await openStanding(engine, { run, images: () => [], progress: silentProgress });
});
afterAll(async () => {
  await standing[Symbol.asyncDispose]();
  await engine.clean(run);
});

function node(cluster: string, name: string): Node {
  const found = standing.cluster(cluster).nodes.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

test("what lab up deployed is as written, on every node", async () => {
  expect(await schema("verify")).toEqual({
    code: 0,
    states: ["clickhouse", "minio", "kafka"].map((name) => ({ cluster: name, system: name, state: "as written" })),
  });
});

test("what is missing is named with its node and file; a deployment that a node refuses says so; the next completes it", async () => {
  const second = node("clickhouse", "clickhouse-1-2");
  await using connection = connect(second);
  await connection.run("DROP TABLE lab.events");
  await node("minio", "minio-1").exec(["mc", "rb", "--force", "lab/rehearsal"], { within: seconds(20) });
  const missing = await schema("verify");
  expect(missing.code).toBe(4);
  expect(JSON.stringify(missing.states)).toContain("clickhouse-1-2 has no table lab.events (004-distributed.sql)");
  expect(JSON.stringify(missing.states)).toContain("minio-1: bucket rehearsal is not there");

  await second.kill();
  const broken = await schema("deploy");
  expect(broken.code).toBe(3);
  expect(broken.states.map(({ cluster, state }) => `${cluster}: ${state}`)).toEqual([
    "clickhouse: failed",
    "minio: as written",
    "kafka: as written",
  ]);
  expect(JSON.stringify(broken.states[0])).toContain("clickhouse-1-2 refused a statement of 001-database.sql");

  await second.start();
  await standing.cluster("clickhouse").ready({ within: seconds(40) });
  expect((await schema("deploy")).code).toBe(0);
  expect((await schema("verify")).code).toBe(0);
});
