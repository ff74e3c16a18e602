/** A process in a container of its own, in the engine's network or a node's, whose input and output the lab holds. */
import { Duplex } from "node:stream";
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";
import { statusOf } from "./docker-errors.ts";
import { HELPER_LABEL, runLabels } from "../labels.ts";
import { frameReader, type Channel } from "./output.ts";
import type { Helper } from "../types.ts";

export interface HelperOrder {
  readonly run: string;
  readonly image: string;
  readonly command: readonly string[];
  /** As the engine calls it: `host`, `container:ID`. */
  readonly network: string;
}

export interface StartedHelper extends Helper {
  readonly container: Docker.Container;
}

/**
 * Starts a command with NET_ADMIN in a network. Its input ends when the lab dies, and the container removes itself
 * when the process ends.
 * @throws LabError `node-failed`
 */
export async function startHelper(docker: Docker, order: HelperOrder): Promise<StartedHelper> {
  try {
    return await start(docker, order);
  } catch (error) {
    throw new LabError({
      code: "node-failed",
      message: `the helper \`${order.command.join(" ")}\` did not start: ${messageOf(error)}`,
      cause: error,
    });
  }
}

async function start(docker: Docker, { run, image, command, network }: HelperOrder): Promise<StartedHelper> {
  const container = await docker.createContainer({
    Image: image,
    // Never a kept one: without the lab that holds its input it has no use.
    Labels: { ...runLabels(run, false), [HELPER_LABEL]: command[0] ?? "" },
    Entrypoint: [...command],
    Cmd: [],
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: { NetworkMode: network, CapAdd: ["NET_ADMIN", "SYS_NICE"], AutoRemove: true },
  });
  // Attached before it starts, so that nothing of its output is missed.
  const stream = await container.attach({ stream: true, hijack: true, stdin: true, stdout: true, stderr: true });
  if (!(stream instanceof Duplex)) throw new Error("the engine's stream can not be written to");
  const listeners: Record<Channel, ((text: string) => void)[]> = { output: [], error: [] };
  const early: { channel: Channel; text: string }[] = [];
  stream.on(
    "data",
    frameReader((channel, text) => {
      if (listeners[channel].length === 0) early.push({ channel, text });
      for (const listener of listeners[channel]) listener(text);
    }),
  );
  stream.on("error", () => undefined);
  const listen = (channel: Channel) => (listener: (text: string) => void) => {
    listeners[channel].push(listener);
    for (const said of early.splice(0)) {
      if (said.channel === channel) listener(said.text);
      else early.push(said);
    }
  };
  await container.start();
  return {
    container,
    input: stream,
    onOutput: listen("output"),
    onError: listen("error"),
    async [Symbol.asyncDispose]() {
      const gone = withLimit(
        "the helper's end",
        seconds(2),
        container.wait({ condition: "removed" }) as Promise<unknown>,
      );
      stream.end();
      try {
        await gone;
      } catch {
        await removeNow(container);
      }
      stream.destroy();
    },
  };
}

async function removeNow(container: Docker.Container): Promise<void> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    // 404: gone by itself; 409: going by itself.
    const status = statusOf(error);
    if (status !== 404 && status !== 409) throw error;
  }
}
