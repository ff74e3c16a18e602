/** Commands over a node's volumes, whether the node runs or not. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { formatDuration, seconds, withLimit, type Duration } from "../../time.ts";
import { unlessGone } from "./docker-errors.ts";
import { HELPER_LABEL, RUN_LABEL, runLabels } from "../labels.ts";
import { frameReader } from "./output.ts";
import type { ExecResult } from "../types.ts";

/**
 * Runs a command as root in a short-lived container that has the node's volumes at their places, and no network. It is
 * of the lab's own image, which has the programs that the lab needs: an official one may have others, or none. It
 * carries the run's label, so that the run's removal covers it. `more` is what else the engine is to give that container.
 * @throws LabError `node-failed` when it cannot run, `wait-timeout`.
 */
export async function onDiskOf(
  docker: Docker,
  containerId: string,
  name: string,
  command: readonly string[],
  within: Duration = seconds(60),
  more: Docker.HostConfig = {},
): Promise<ExecResult> {
  const what = `\`${(command[0] ?? "").slice(0, 60)}\` over the volumes of ${name}`;
  try {
    return await run(docker, containerId, command, more, (work) => withLimit(what, within, work));
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: "node-failed",
      message: `${what} could not run (limit ${formatDuration(within)}): ${messageOf(error)}`,
      cause: error,
    });
  }
}

/** The newest image of the lab's base that is here; undefined where none is: a node's own may do then. */
async function toolsImage(docker: Docker): Promise<string | undefined> {
  const images = await docker.listImages({ filters: { reference: ["resilience-lab/base"] } });
  return images.toSorted((a, b) => b.Created - a.Created)[0]?.Id;
}

async function run(
  docker: Docker,
  containerId: string,
  [program = "", ...words]: readonly string[],
  more: Docker.HostConfig,
  limited: <T>(work: Promise<T>) => Promise<T>,
): Promise<ExecResult> {
  const node = await limited(docker.getContainer(containerId).inspect());
  const container = await limited(
    docker.createContainer({
      Image: (await limited(toolsImage(docker))) ?? node.Image,
      // Never a kept one: it is of no use after its command.
      Labels: { ...runLabels(node.Config.Labels[RUN_LABEL] ?? "", false), [HELPER_LABEL]: "disk" },
      Entrypoint: [program],
      Cmd: words,
      User: "0",
      HostConfig: { NetworkMode: "none", VolumesFrom: [containerId], ...more },
    }),
  );
  try {
    await limited(container.start());
    const end = (await limited(container.wait() as Promise<unknown>)) as { readonly StatusCode: number };
    const text = { output: "", error: "" };
    const read = frameReader((channel, piece) => {
      text[channel] += piece;
    });
    read(await limited(container.logs({ stdout: true, stderr: true })));
    return { exitCode: end.StatusCode, stdout: text.output, stderr: text.error };
  } finally {
    await unlessGone(container.remove({ force: true }) as Promise<unknown>);
  }
}
