/** docker-compose.lab.yml, started once with the compose tool itself: every system answers, and nothing is left behind. */
import { readFileSync } from "node:fs";
import { GenericContainer, PullPolicy, type StartedTestContainer } from "testcontainers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { askServers } from "../../lab/systems/balancer/state.ts";
import { componentsOf } from "../../lab/systems/index.ts";
import { kafkaClient } from "../../lab/systems/kafka/index.ts";
import { platformTopology } from "../../lab/systems/platform.ts";
import { textOf, type Address } from "../../lab/systems/endpoint.ts";
import { aliveWorkers, askMaster } from "../../lab/systems/spark/state.ts";
import { clientOf } from "../../lab/engine/docker/engine.ts";
import { openEngine, silentProgress } from "../../lab/engine/index.ts";
import { RUN_LABEL, runLabels } from "../../lab/engine/labels.ts";
import { freshId } from "../../lab/random.ts";
import { milliseconds, seconds, waitFor, type Look } from "../../lab/time.ts";

interface ComposeFile {
  readonly services: Readonly<Record<string, { readonly ports: readonly string[] }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const FILE = "docker-compose.lab.yml";
const text = readFileSync(new URL(`../../${FILE}`, import.meta.url), "utf8");
const file = parse(text) as ComposeFile;
const names = Object.keys(file.services);

const run = `test-compose-${freshId()}`;
const stack = new AsyncDisposableStack();
let tool: StartedTestContainer;
let docker: ReturnType<typeof clientOf>;
let images: Readonly<Record<string, string>>;

beforeAll(async () => {
  const engine = stack.use(await openEngine());
  docker = clientOf(engine);
  const socket = /^unix:\/\/(.+)$/.exec(engine.info.endpoint)?.[1];
  if (socket === undefined)
    throw new Error(`the compose tool is given the engine's socket, not ${engine.info.endpoint}`);
  const refs = await engine.images(["compose", ...componentsOf(platformTopology)], silentProgress);
  // With the run come its watchdog and its sweep: what has its label goes, even when this test is killed.
  stack.use(await engine.openRun(run));
  const found = [...refs.values()].map(({ component, reference }) => [
    `LAB_${component.toUpperCase()}_IMAGE`,
    reference,
  ]);
  images = Object.fromEntries(found) as Record<string, string>;
  tool = await new GenericContainer(refs.get("compose")?.reference ?? "")
    .withPullPolicy(PullPolicy.neverPull())
    .withAutoCleanup(false)
    .withLabels(runLabels(run, false))
    .withNetworkMode("none")
    // Not in /var/run: that is a link to /run, and Docker 28 copies nothing into a container with a mount behind a link.
    .withBindMounts([{ source: socket, target: "/run/docker.sock" }])
    .withEnvironment({ DOCKER_HOST: "unix:///run/docker.sock" })
    .withCopyContentToContainer([
      { target: `/work/${FILE}`, content: text },
      { target: "/work/labels.yml", content: labelled() },
    ])
    .withWorkingDir("/work")
    .withCommand(["sleep", "infinity"])
    .start();
});
afterAll(() => stack.disposeAsync());

/** What compose merges over the file: the run's label on all that it makes. */
function labelled(): string {
  const labels = runLabels(run, false);
  const all = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, { labels }]));
  return stringify({
    services: all(names),
    volumes: all(Object.keys(file.volumes)),
    networks: { default: { labels } },
  });
}

async function compose(...words: readonly string[]): Promise<string> {
  const command = ["docker-compose", "-p", run, "-f", FILE, "-f", "labels.yml", ...words];
  const { exitCode, stdout, stderr } = await tool.exec(command, { env: images });
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** Where the host reaches a port of a service. */
function address(service: string, container: number): Address {
  const found = file.services[service]?.ports.find((port) => port.endsWith(`:${container}`)) ?? "nowhere:0:0";
  const [host = "", port] = found.split(":");
  return { host, port: Number(port) };
}

const get = async (service: string, port: number, path: string): Promise<Response> =>
  fetch(`http://${textOf(address(service, port))}${path}`, { signal: AbortSignal.timeout(2_000) });

/** One question a system, by its own protocol; the answer is that of a whole cluster. */
const questions: Readonly<Record<string, () => Promise<unknown>>> = {
  "3 brokers": async () => {
    const brokers = ["kafka-1", "kafka-2", "kafka-3"].map((name) => textOf(address(name, 9094)));
    const admin = kafkaClient({ brokers, clientId: "compose" }).admin();
    await admin.connect();
    try {
      return `${(await admin.describeCluster()).brokers.length} brokers`;
    } finally {
      await admin.disconnect();
    }
  },
  // Asked through ClickHouse: a server that reaches its ensemble sees the root's nodes.
  "the root of ZooKeeper": async () => {
    const query = "SELECT count() > 0 FROM system.zookeeper WHERE path = '/'";
    const said = await (await get("clickhouse-2-1", 8123, `/?query=${encodeURIComponent(query)}`)).text();
    return said.trim() === "1" ? "the root of ZooKeeper" : said.slice(0, 200);
  },
  "6 servers": async () => {
    const query = "SELECT concat(toString(count()), ' servers') FROM system.clusters WHERE cluster = 'lab'";
    return (await (await get("clickhouse-3-2", 8123, `/?query=${encodeURIComponent(query)}`)).text()).trim();
  },
  "MinIO 200": async () => `MinIO ${(await get("minio-4", 9000, "/minio/health/cluster")).status}`,
  "5 workers": async () => `${aliveWorkers(await askMaster(address("spark-master", 8080))).length} workers`,
  "13 servers up": async () => {
    const servers = await askServers(address("balancer", 8404));
    return `${servers.filter(({ status, check }) => status === "UP" && check.endsWith("OK")).length} servers up`;
  },
};

/** Names of what has the run's label, but for the run's own network and the tool. */
async function left(): Promise<readonly string[]> {
  const filters = { label: [`com.docker.compose.project=${run}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  const all = [...containers, ...networks, ...volumes.Volumes];
  // What compose made is known to the lab too.
  for (const { Labels } of all) expect(Labels?.[RUN_LABEL]).toBe(run);
  return [
    ...containers.map(({ Names }) => Names[0] ?? ""),
    ...networks.map(({ Name }) => Name),
    ...volumes.Volumes.map(({ Name }) => Name),
  ];
}

test("compose up starts the whole platform from the file, every system answers, and compose down leaves nothing", async () => {
  await compose("up", "--detach", "--no-build", "--pull", "never");
  expect((await compose("ps", "--services", "--status", "running")).trim().split("\n").toSorted()).toEqual(
    names.toSorted(),
  );
  for (const [wanted, ask] of Object.entries(questions)) {
    const look = async (): Promise<Look<true>> => {
      const said = await ask();
      return said === wanted ? { reached: true } : { seen: String(said) };
    };
    await waitFor(wanted, look, { within: seconds(90), every: milliseconds(500) });
  }
  expect((await left()).length).toBe(names.length + 1 + Object.keys(file.volumes).length);
  await compose("down", "--volumes", "--timeout", "3");
  expect(await left()).toEqual([]);
});
