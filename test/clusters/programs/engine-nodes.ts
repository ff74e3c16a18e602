/** Small nodes for the engine's tests: a shell that does nothing, or says something. */
import type Docker from "dockerode";
import { openEngine, silentProgress, type Engine, type ImageRef, type NodeSpec } from "../../../lab/engine/index.ts";
import { connect } from "../../../lab/engine/docker/engine-address.ts";

/** Ends on SIGTERM. */
export const IDLE = ["sh", "-c", "trap 'exit 0' TERM; echo up; while :; do sleep 0.1; done"];
/** Does not. */
export const STUBBORN = ["sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.1; done"];

export interface Bench {
  readonly engine: Engine;
  /** The same engine, asked directly. */
  readonly docker: Docker;
  readonly spec: (name: string, more?: Partial<NodeSpec>) => NodeSpec;
}

export async function openBench(): Promise<Bench> {
  const engine = await openEngine();
  const image = (await engine.images(["base"], silentProgress)).get("base");
  if (image === undefined) throw new Error("no base image");
  const docker = connect({ url: engine.info.endpoint, from: "the test" });
  return { engine, docker, spec: (name, more = {}) => specOf(image, name, more) };
}

const specOf = (image: ImageRef, name: string, more: Partial<NodeSpec>): NodeSpec => ({
  name,
  cluster: "toys",
  image,
  command: IDLE,
  ...more,
});

/** Everything in the engine that carries the run's label. */
export async function labelled(docker: Docker, run: string): Promise<string[]> {
  const filters = { label: [`resilience-lab.run=${run}`] };
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
  ]);
  return [
    ...containers.map(({ Names }) => Names[0] ?? ""),
    ...networks.map(({ Name }) => Name),
    ...volumes.Volumes.map(({ Name }) => Name),
  ].sort();
}
