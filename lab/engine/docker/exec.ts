/** Runs a command inside a container. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { formatDuration, seconds, withLimit, type Duration } from "../../time.ts";
import { frameReader } from "./output.ts";
import type { ExecResult } from "../types.ts";

/**
 * Output and errors apart, with the exit code. On time-out the command is left to itself; it ends with its container.
 * @throws LabError `node-failed` when the container can not run it (not running, paused), `wait-timeout`.
 */
export async function execIn(
  container: Docker.Container,
  name: string,
  command: readonly string[],
  within: Duration = seconds(30),
): Promise<ExecResult> {
  const what = `\`${command.join(" ")}\` in ${name}`;
  try {
    return await withLimit(what, within, run(container, command));
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: "node-failed",
      message: `${what} could not run (limit ${formatDuration(within)}): ${messageOf(error)}`,
      cause: error,
    });
  }
}

async function run(container: Docker.Container, command: readonly string[]): Promise<ExecResult> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: false });
  const text = { output: "", error: "" };
  const read = frameReader((channel, piece) => {
    text[channel] += piece;
  });
  await new Promise<void>((resolve, reject) => {
    stream.on("data", read);
    stream.once("end", resolve);
    stream.once("close", resolve);
    stream.once("error", reject);
  });
  const { ExitCode } = await exec.inspect();
  return { exitCode: ExitCode ?? -1, stdout: text.output, stderr: text.error };
}
