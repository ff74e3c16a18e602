/** Clusters that were left running for use by hand, and how a later command takes hold of them. */
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runHome } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { Topology } from "./scenario.ts";

/** A recorder for clusters that nobody judges. */
export const silentRecorder: Recorder = { operation: () => undefined, read: () => undefined, event: () => undefined };

const topologyFile = (run: string): string => join(runHome(run), "topology.json");

/** Writes down what stands, for `lab fault`; removing the run removes it too. */
export async function rememberStanding(run: string, topology: Topology): Promise<void> {
  await mkdir(runHome(run), { recursive: true });
  await writeFile(topologyFile(run), JSON.stringify(topology));
}

/** @throws LabError `bad-usage` when this run was not left standing. */
export async function standingTopology(run: string): Promise<Topology> {
  if (!existsSync(topologyFile(run))) {
    throw new LabError({
      code: "bad-usage",
      message: `run ${run} was not left up by lab up or --keep`,
      hint: "lab up kafka",
    });
  }
  return JSON.parse(await readFile(topologyFile(run), "utf8")) as Topology;
}
