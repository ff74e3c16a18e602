/** Kill and restart of clients: processes of the lab itself, each of which can be killed and started again. */
import { LabError } from "../../errors.ts";
import type { KillableClient } from "../../load/types.ts";
import { formatDuration, milliseconds, monotonicMs, seconds, waitFor, type Duration } from "../../time.ts";
import type { Effect, NodeAction } from "../action.ts";

/** SIGKILL to a client's process; a restart starts it anew at once. The undo starts what is down. */
export function clientAction(kind: "kill" | "restart", client: KillableClient): NodeAction {
  let effect: Effect = { effective: false, measured: `${client.name} was not hit` };
  return {
    undoAction: { action: "none" },
    async apply() {
      const pid = client.pid();
      if (pid === undefined) {
        throw new LabError({
          code: "fault-failed",
          message: `${client.name} is down already: a ${kind} would prove nothing`,
        });
      }
      await client.kill();
      const gone = client.pid() === undefined;
      if (kind === "restart") await client.start();
      effect = {
        effective: gone,
        measured: gone
          ? `process ${pid} of ${client.name} is gone${kind === "restart" ? `, process ${client.pid() ?? "none"} took its place` : ""}`
          : `${client.name} still runs after the kill`,
      };
    },
    probe: () => Promise.resolve(effect),
    async undo() {
      if (client.pid() === undefined) await client.start();
    },
    verify: () => clientUp(client, seconds(60)),
  };
}

/** Waits until a client has a process. @throws LabError `wait-timeout` */
export async function clientUp(client: KillableClient, within: Duration): Promise<string> {
  const startedMs = monotonicMs();
  await waitFor(
    `${client.name} to run`,
    () => Promise.resolve(client.pid() === undefined ? { seen: "it has no process" } : { reached: true }),
    { within, every: milliseconds(20) },
  );
  return `${client.name} runs after ${formatDuration(monotonicMs() - startedMs)}`;
}
