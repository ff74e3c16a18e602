/**
 * Images from a registry: a local one, into which look-alikes of the official images are pushed. The lab must take
 * them from there, put its layer on, and get a node that starts like any other.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { kafkaCluster } from "../../lab/systems/index.ts";
import { clientOf } from "../../lab/engine/docker/engine.ts";
import { engineMessages } from "../../lab/engine/docker/engine-messages.ts";
import { ensureImages, imageStatus, planner } from "../../lab/engine/image-build/images.ts";
import { inspect, makeImage, removeStages } from "../../lab/engine/image-build/images-make.ts";
import type { EngineMessage } from "../../lab/engine/image-build/images-messages.ts";
import type { PlannedImage } from "../../lab/engine/image-build/images-plan.ts";
import { readFiles, RECIPES, type RecipeFile } from "../../lab/engine/image-build/images-recipes.ts";
import { openEngine } from "../../lab/engine/index.ts";
import { silentProgress, type Engine, type Progress, type RunSpace } from "../../lab/engine/types.ts";
import { LabError } from "../../lab/errors.ts";
import { freshId } from "../../lab/random.ts";
import { monotonicMs, seconds, waitFor } from "../../lab/time.ts";
import { openKafkaLab } from "./kafka-lab.ts";

const silent = (): undefined => undefined;

describe("images from a registry", () => {
  let engine: Engine;
  let docker: Docker;
  let space: RunSpace;
  let registry: string;
  const made: string[] = [];

  beforeAll(async () => {
    vi.stubEnv("RESILIENCE_LAB_IMAGES", "packages");
    engine = await openEngine();
    docker = clientOf(engine);
    await engine.images(["base", "kafka"], silentProgress);
    space = await engine.openRun(`test-images-${freshId()}`);
    registry = await startRegistry(engine, space);
    const fromPackages = await planner(undefined);
    for (const component of ["base", "kafka"] as const) {
      await push(
        docker,
        standsOn(fromPackages("packages", component)),
        `${registry}/${RECIPES[component]?.official ?? ""}`,
      );
    }
    vi.stubEnv("RESILIENCE_LAB_IMAGES", "registry");
    vi.stubEnv("RESILIENCE_LAB_REGISTRY", registry);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    for (const reference of made.reverse()) await docker.getImage(reference).remove();
    await space[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
  });

  test("are pulled and built once, also when two labs want them at the same time", { timeout: 400_000 }, async () => {
    const tasks: string[] = [];
    const progress: Progress = {
      task(title) {
        return { note: silent, done: () => tasks.push(title.replace(registry, "REGISTRY")), failed: silent };
      },
    };
    const wanted = { docker, info: engine.info, components: ["kafka"] as const, progress };
    const [first, second] = await Promise.all([ensureImages(wanted), ensureImages(wanted)]);
    const kafka = first.get("kafka");
    if (kafka === undefined) throw new Error("there is no kafka image");
    made.push(`${registry}/apache/kafka:4.1.1`, kafka.reference);
    expect(kafka.source).toBe("registry");
    expect(second.get("kafka")?.id).toBe(kafka.id);
    expect(new Set(tasks)).toEqual(new Set(["pull REGISTRY/apache/kafka:4.1.1", "build the kafka image"]));
    expect((await inspect(docker, kafka.reference))?.Config.Labels).toMatchObject({
      "resilience-lab.image": "kafka",
      "resilience-lab.source": "registry",
    });
  });

  test("a Kafka node from there starts and serves", async () => {
    await using lab = await openKafkaLab(
      kafkaCluster({ brokers: 1, topics: { events: { partitions: 1, replicas: 1 } } }),
    );
    const [node] = lab.kafka.nodes;
    if (node === undefined) throw new Error("there is no node");
    expect(await lab.kafka.answers(node)).toBe(true);
  });

  test("are what the lab takes when it is left to choose and they are there", async () => {
    vi.stubEnv("RESILIENCE_LAB_IMAGES", "auto");
    const kafka = (await imageStatus(docker)).find(({ component }) => component === "kafka");
    expect(kafka).toMatchObject({ had: true, source: "registry" });
  });

  test("one that the registry has not is an error that names it", async () => {
    const pulled: PlannedImage = {
      component: "kafka",
      reference: `${registry}/apache/kafka:0.0.0`,
      hash: "",
      source: "registry",
      make: { how: "pull" },
    };
    const error = await failureOf(makeImage(docker, pulled, { note: silent }));
    expect(error.code).toBe("image-failed");
    expect(error.message).toMatch(/^pulling the kafka image failed: .*apache\/kafka:0\.0\.0/);
  });
});

test("a build that fails leaves no image, and says at which step and why", async () => {
  await using engine = await openEngine();
  const docker = clientOf(engine);
  const dockerfile = "ARG BASE\nFROM ${BASE}\nRUN echo what went before && exit 3\n";
  const broken = await imageOn(engine, "broken", [
    { path: "Dockerfile", content: Buffer.from(dockerfile), mode: 0o644 },
  ]);
  const error = await failureOf(makeImage(docker, broken, { note: silent }));
  expect(error.code).toBe("image-failed");
  expect(error.message).toMatch(
    /^building the base image failed at step 4\/\d+: RUN echo what went before && exit 3: exit code 3\nIts last lines:\n/,
  );
  expect(error.message).toContain("\n  what went before\n");
  expect(await inspect(docker, broken.reference)).toBeUndefined();
  await removeStages(docker, broken.hash);
});

test("a build that is broken off is no longer waited for, and the engine ends it", async () => {
  await using engine = await openEngine();
  const docker = clientOf(engine);
  const step = "exec sleep 86413";
  const dockerfile = `ARG BASE\nFROM \${BASE}\nRUN ${step}\n`;
  const endless = await imageOn(engine, "endless", [
    { path: "Dockerfile", content: Buffer.from(dockerfile), mode: 0o644 },
  ]);
  const running = async (): Promise<number> =>
    (await docker.listContainers()).filter(({ Command }) => Command.includes(step)).length;
  const abort = new AbortController();
  const reason = new Error("interrupted by SIGINT");
  const making = makeImage(docker, endless, { note: silent, signal: abort.signal });
  making.catch(silent);
  await waitFor(
    "its step to run",
    async () => ((await running()) === 1 ? { reached: true } : { seen: "no container of it" }),
    { within: seconds(60) },
  );
  const brokenOffMs = monotonicMs();
  abort.abort(reason);
  await expect(making).rejects.toBe(reason);
  expect(monotonicMs() - brokenOffMs).toBeLessThan(1_000);
  await waitFor(
    "its step to end",
    async () => ((await running()) === 0 ? { reached: true } : { seen: "its container runs on" }),
    { within: seconds(30) },
  );
  expect(await inspect(docker, endless.reference)).toBeUndefined();
  await removeStages(docker, endless.hash);
});

/** An image of these files on the lab's base, under a name that is no component's. */
async function imageOn(engine: Engine, name: string, files: readonly RecipeFile[]): Promise<PlannedImage> {
  const base = (await engine.images(["base"], silentProgress)).get("base");
  if (base === undefined) throw new Error("there is no base image");
  const on = (await planner(undefined))(base.source, "base");
  const content = files.map((file) => file.content.toString("hex")).join();
  const hash = createHash("sha256").update(base.reference).update(content).digest("hex");
  return {
    component: "base",
    reference: `resilience-lab/test-${name}:${hash.slice(0, 12)}`,
    hash,
    source: base.source,
    make: { how: "build", on, files, buildArguments: { BASE: base.reference } },
  };
}

/** Starts a container registry on 127.0.0.1 and gives its address once it answers. */
async function startRegistry(engine: Engine, space: RunSpace): Promise<string> {
  const files = await readFiles(join(import.meta.dirname, "..", "engine", "image-build", "registry"));
  const planned = await imageOn(engine, "registry", files);
  const docker = clientOf(engine);
  if ((await inspect(docker, planned.reference)) === undefined) await makeImage(docker, planned, { note: silent });
  const [host] = await space.freePorts(1);
  if (host === undefined) throw new Error("there is no free port");
  await space.startNode({
    name: "registry",
    cluster: "registry",
    image: { component: "base", reference: planned.reference, id: planned.reference, source: planned.source },
    command: ["docker-registry", "serve", "/etc/docker/registry/config.yml"],
    ports: [{ container: 5000, host }],
  });
  const address = `127.0.0.1:${host}`;
  await waitFor(
    "the registry to answer",
    async () => {
      const { status } = await fetch(`http://${address}/v2/`);
      return status === 200 ? { reached: true } : { seen: `status ${status}` };
    },
    { within: seconds(20) },
  );
  return address;
}

/** What stands in for the official image, before the lab's layer. */
function standsOn({ reference, make }: PlannedImage): string {
  if (make.how !== "build") throw new Error(`${reference} stands on nothing`);
  return make.on.reference;
}

/** Pushes an image under another name, and forgets that name here. */
async function push(docker: Docker, local: string, name: string): Promise<void> {
  const [repo, tag] = [name.slice(0, name.lastIndexOf(":")), name.slice(name.lastIndexOf(":") + 1)];
  await docker.getImage(local).tag({ repo, tag });
  const pushed = docker.getImage(name);
  for await (const message of engineMessages<EngineMessage>(
    await pushed.push({ tag, authconfig: { username: "", password: "", serveraddress: "" } }),
  )) {
    if (message.error !== undefined) throw new Error(`pushing ${name}: ${message.error}`);
  }
  await pushed.remove();
}

async function failureOf(work: Promise<unknown>): Promise<LabError> {
  const error: unknown = await work.then(
    () => new Error("it did not fail"),
    (thrown: unknown) => thrown,
  );
  if (error instanceof LabError) return error;
  throw error;
}
