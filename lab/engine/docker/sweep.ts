/** Removes what carries the lab's label, and nothing else. Used when a run ends, by `lab clean`, and by the watchdog. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { formatDuration, milliseconds, monotonicMs, sleep, type Duration } from "../../time.ts";
import { statusOf } from "./docker-errors.ts";
import { RUN_LABEL } from "../labels.ts";

export interface SweepResult {
  /** What was removed: `container lab-x-kafka-1`, `network lab-x`, `volume lab-x-kafka-1-0`. */
  readonly removed: readonly string[];
}

/**
 * Removes the containers (paused ones too), networks and volumes of one run, or of all runs. Looks again until two
 * looks in a row, `settle` apart, find nothing: a container may have been on its way while the first look was taken.
 * @throws LabError `engine-failed` with what is left, after `within`.
 */
export async function sweep(
  docker: Docker,
  run: string | undefined,
  within: Duration,
  settle = milliseconds(60),
): Promise<SweepResult> {
  const removed = new Set<string>();
  const startedMs = monotonicMs();
  let emptyLooks = 0;
  let trouble: readonly string[] = [];
  while (emptyLooks < 2) {
    if (monotonicMs() - startedMs > within) throw leftOver(within, trouble);
    const round = await sweepOnce(docker, run);
    for (const name of round.removed) removed.add(name);
    trouble = round.trouble;
    emptyLooks = round.found === 0 && trouble.length === 0 ? emptyLooks + 1 : 0;
    if (emptyLooks < 2) await sleep(settle);
  }
  return { removed: [...removed] };
}

const leftOver = (within: Duration, trouble: readonly string[]): LabError =>
  new LabError({
    code: "engine-failed",
    message: `not all could be removed within ${formatDuration(within)}: ${trouble.join("; ")}`,
    hint: "Try `lab clean`.",
  });

interface Round {
  readonly found: number;
  readonly removed: readonly string[];
  readonly trouble: readonly string[];
}

async function sweepOnce(docker: Docker, run: string | undefined): Promise<Round> {
  const filters = { label: [run === undefined ? RUN_LABEL : `${RUN_LABEL}=${run}`] };
  let found = 0;
  const removed: string[] = [];
  const trouble: string[] = [];

  /** Things of one kind are removed side by side; networks and volumes only after the containers that use them. */
  const removeAll = async (things: readonly { name: string; remove: () => Promise<unknown> }[]): Promise<void> => {
    found += things.length;
    await Promise.all(
      things.map(async ({ name, remove }) => {
        try {
          await remove();
          removed.push(name);
        } catch (error) {
          // 404: another sweep was faster. 409 "removal … already in progress": the same; the next look tells.
          if (statusOf(error) !== 404) trouble.push(`${name}: ${messageOf(error)}`);
        }
      }),
    );
  };

  const look = async <T>(what: string, list: () => Promise<T[]>): Promise<T[]> => {
    try {
      return await list();
    } catch (error) {
      trouble.push(`${what} can not be listed: ${messageOf(error)}`);
      return [];
    }
  };

  const containers = await look("containers", () => docker.listContainers({ all: true, filters }));
  await removeAll(
    containers.map((seen) => ({
      name: `container ${seen.Names[0]?.replace(/^\//, "") ?? seen.Id}`,
      remove: async () => {
        const container = docker.getContainer(seen.Id);
        if (seen.State === "paused") await container.unpause().catch(() => undefined);
        await container.remove({ force: true, v: true });
      },
    })),
  );
  const networks = await look("networks", () => docker.listNetworks({ filters }));
  await removeAll(
    networks.map((seen) => ({
      name: `network ${seen.Name}`,
      remove: () => docker.getNetwork(seen.Id).remove() as Promise<unknown>,
    })),
  );
  const volumes = await look("volumes", async () => (await docker.listVolumes({ filters })).Volumes);
  await removeAll(
    volumes.map((seen) => ({
      name: `volume ${seen.Name}`,
      remove: () => docker.getVolume(seen.Name).remove({ force: true }) as Promise<unknown>,
    })),
  );
  return { found, removed, trouble };
}
