/** Which kinds of fault can be applied on this machine, and by which driver: for `lab doctor`. */
import type { FaultSupport, Helper } from "../engine/index.ts";
import { messageOf } from "../errors.ts";
import type { AnyFaultKind } from "./define.ts";
import { FAULT_KINDS } from "./registry.ts";

type StartHelper = (command: readonly string[]) => Promise<Helper>;

/**
 * Tries each kind that can be tried where it hurts nobody, and takes it back.
 * @param startHelper how to start a process with NET_ADMIN in the engine's network (`RunSpace.startNetworkHelper`)
 */
export async function faultSupport(startHelper?: StartHelper): Promise<readonly FaultSupport[]> {
  const found: FaultSupport[] = [];
  for (const { kind, support } of FAULT_KINDS) {
    const { driver, rests, tryOut } = support;
    found.push({ kind, driver, rests, ...(await here(tryOut, startHelper)) });
  }
  return found;
}

async function here(
  tryOut: AnyFaultKind["support"]["tryOut"],
  startHelper: StartHelper | undefined,
): Promise<Pick<FaultSupport, "here" | "why">> {
  if (tryOut === undefined) return { here: "yes" };
  if (startHelper === undefined) return { here: "not tried" };
  try {
    await tryOut(startHelper);
    return { here: "yes" };
  } catch (error) {
    return { here: "no", why: messageOf(error) };
  }
}
