/** A client that does nothing but live: a real process that can be killed and started again. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { KillableClient } from "../../lab/load/types.ts";

export async function startSleeper(name: string): Promise<KillableClient & AsyncDisposable> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn("sleep", ["600"], { stdio: "ignore" });
    await once(child, "spawn");
  };
  const kill = async (): Promise<void> => {
    if (child === undefined) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    child = undefined;
  };
  await start();
  return { name, pid: () => child?.pid, kill, start, [Symbol.asyncDispose]: kill };
}
