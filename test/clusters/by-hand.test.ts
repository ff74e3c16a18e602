/** A cluster for use by hand, from the command line: up, broken, healed, down. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { describeEngine, openEngine, type Engine } from "../../lab/engine/index.ts";
import { seconds, waitFor } from "../../lab/time.ts";

const MAIN = join(import.meta.dirname, "../../lab/cli/main.ts");

const lab = (
  ...words: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...words], (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });

interface Up {
  readonly run: string;
  readonly endpoints: readonly { readonly name: string; readonly host: string; readonly port: number }[];
}

let engine: Engine;
let up: Up;

beforeAll(async () => {
  engine = await openEngine();
  const { code, stdout, stderr } = await lab("up", "kafka", "--json");
  expect(code, stderr).toBe(0);
  expect(stderr).toContain(describeEngine(engine.info));
  up = JSON.parse(stdout) as Up;
});

afterAll(async () => {
  await engine.clean(up.run);
});

async function statusOf(name: string): Promise<string> {
  await using space = await engine.reopenRun(up.run);
  const node = space.nodes().find((each) => each.name === name);
  return (await node?.state())?.status ?? "gone";
}

test("says how to reach it, on loopback only", () => {
  expect(up.endpoints[0]?.name).toBe("kafka: broker kafka-1");
  for (const { host, port } of up.endpoints) expect([host, port > 0]).toEqual(["127.0.0.1", true]);
});

test("is broken for a while, with a measured effect, and is healed", async () => {
  const { code, stdout } = await lab("fault", "--run", up.run, "--for", "1s", "pause", "leader of events/0");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^pause: kafka-\d\n {2}in force: kafka-\d is paused and does not answer/);
  expect(stdout).toContain("healed after 1 s");
});

test("is healed, and stays up, when the command is killed", async () => {
  const command = spawn(process.execPath, [MAIN, "fault", "--run", up.run, "pause", "kafka-2"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  command.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  await waitFor("the fault", () => Promise.resolve(said.includes("in force") ? { reached: true } : { seen: said }), {
    within: seconds(60),
  });
  expect(await statusOf("kafka-2")).toBe("paused");
  const gone = once(command, "exit");
  command.kill("SIGKILL");
  await gone;
  await waitFor(
    "kafka-2 to run again",
    async () => {
      const status = await statusOf("kafka-2");
      return status === "running" ? { reached: true } : { seen: status };
    },
    { within: seconds(30) },
  );
});

test("grows by a broker, which later commands know", { timeout: 120_000 }, async () => {
  const grown = await lab("grow", up.run, "kafka", "broker", "--json");
  expect(grown.code, grown.stderr).toBe(0);
  const { added, endpoints } = JSON.parse(grown.stdout) as Up & { readonly added: readonly string[] };
  expect(added).toEqual(["kafka-4"]);
  expect(endpoints.filter(({ name }) => name.startsWith("kafka: broker "))).toHaveLength(4);
  const { code, stdout } = await lab("fault", "--run", up.run, "--for", "1s", "pause", "kafka-4");
  expect(code).toBe(0);
  expect(stdout).toContain("in force: kafka-4 is paused and does not answer");
  const refused = await lab("grow", up.run, "kafka", "moon");
  expect(refused.code).toBe(64);
  expect(refused.stderr).toContain("it can grow by: broker");
});

test("a phrase that means nobody is refused, with those who are there", async () => {
  const { code, stderr } = await lab("fault", "--run", up.run, "kill", "the king");
  expect(code).toBe(64);
  expect(stderr).toContain("kafka-1, kafka-2, kafka-3, kafka-4");
});

test("goes down, whole", async () => {
  const { code, stdout } = await lab("down", up.run);
  expect(code).toBe(0);
  for (const name of ["kafka-1", "kafka-4"]) expect(stdout).toContain(`lab-${up.run}-${name}`);
  expect((await engine.runs()).map(({ run }) => run)).not.toContain(up.run);
});
