/** Kill and restart of clients: processes of the lab itself, each of which can be killed and started again. */
import { LabError } from "../../errors.ts";
import type { KillableClient } from "../../load/types.ts";
import { formatDuration, milliseconds, monotonicMs, seconds, waitFor, type Duration } from "../../time.ts";
import type { Effect } from "../deed.ts";
import type { FaultKind } from "../types.ts";
import type { ProcessDeed } from "./process.ts";

/** @throws LabError `fault-unsupported` for the kinds that a client can not take */
export function clientDeed(kind: FaultKind, client: KillableClient): ProcessDeed {
  if (kind !== "kill" && kind !== "restart") {
    throw new LabError({
      code: "fault-unsupported",
      message: `${kind} works on nodes; ${client.name} is a client`,
      // A frozen process of the host would outlive a killed lab: nobody is left who could thaw it.
      hint: `kill or restart it: lab fault kill ${client.name}`,
    });
  }
  let effect: Effect = { effective: false, measured: `${client.name} was not hit` };
  return {
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
    look: () => Promise.resolve(effect),
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
