/** Which kinds of fault can be applied on this machine, and by which driver: for `lab doctor`. */
import type { Helper } from "../engine/types.ts";
import { messageOf } from "../errors.ts";
import { freshId } from "../random.ts";
import { requireIpFilterOnBridges } from "./drivers/network.ts";
import { packetFilter } from "./drivers/packet-filter.ts";
import type { PacketEffect } from "./drivers/packet-rules.ts";
import type { FaultKind } from "./types.ts";

export interface FaultSupport {
  readonly kind: FaultKind;
  readonly driver: "engine" | "packet filter" | "netem or proxy";
  /** What it rests on: `SIGKILL through the engine`. */
  readonly rests: string;
  /** `not tried`: no helper was given to try it with. */
  readonly here: "yes" | "no" | "not tried";
  /** Why not, or how to mend it. */
  readonly why?: string;
}

const ENGINE_FAULTS: readonly FaultSupport[] = [
  { kind: "kill", driver: "engine", rests: "SIGKILL through the engine", here: "yes" },
  { kind: "terminate", driver: "engine", rests: "SIGTERM through the engine", here: "yes" },
  { kind: "pause", driver: "engine", rests: "the cgroup freezer through the engine", here: "yes" },
  { kind: "restart", driver: "engine", rests: "stop and start through the engine", here: "yes" },
  { kind: "wipe", driver: "engine", rests: "a container over the node's volumes", here: "yes" },
  { kind: "corrupt", driver: "engine", rests: "a container over the node's volumes", here: "yes" },
  { kind: "fill", driver: "engine", rests: "volumes of a limited size", here: "yes" },
  { kind: "throttle", driver: "engine", rests: "the processors' quota through the engine", here: "yes" },
  { kind: "slow-disk", driver: "engine", rests: "the control group for block I/O", here: "yes" },
];

/** Which of the two it is, the receipt says. */
const DELAY: FaultSupport = {
  kind: "delay",
  driver: "netem or proxy",
  rests: "netem where the kernel has it, else Toxiproxy in the nodes' networks",
  here: "yes",
};

const NETWORK_FAULTS: readonly { readonly kind: FaultKind; readonly rests: string; readonly effect: PacketEffect }[] = [
  { kind: "partition", rests: "nftables, bridge family", effect: { effect: "cut" } },
  { kind: "loss", rests: "nftables, bridge family, numgen random", effect: { effect: "loss", percent: 50 } },
  { kind: "reset", rests: "nftables, reject with tcp reset on bridged frames", effect: { effect: "reset" } },
  {
    kind: "bandwidth",
    rests: "nftables, bridge family, limit rate",
    effect: { effect: "rate", bytesPerSecond: 100_000 },
  },
];

/**
 * Tries each network fault's rule in a table of its own, between two addresses that nobody has, and takes it back.
 * @param startHelper how to start a process with NET_ADMIN in the engine's network (`RunSpace.startNetworkHelper`)
 */
export async function faultSupport(
  startHelper?: (command: readonly string[]) => Promise<Helper>,
): Promise<readonly FaultSupport[]> {
  const network: FaultSupport[] = [];
  for (const { kind, rests, effect } of NETWORK_FAULTS) {
    const known = { kind, driver: "packet filter", rests } as const;
    if (startHelper === undefined) network.push({ ...known, here: "not tried" });
    else network.push({ ...known, ...(await tryOut(effect, startHelper)) });
  }
  return [...ENGINE_FAULTS, ...network, DELAY];
}

/** Addresses for documentation (RFC 5737): no packet has them. */
const NOBODY = { from: "192.0.2.1", to: "192.0.2.2" };

async function tryOut(
  effect: PacketEffect,
  startHelper: (command: readonly string[]) => Promise<Helper>,
): Promise<{ readonly here: "yes" | "no"; readonly why?: string }> {
  await using filter = packetFilter({ startHelper, table: `lab_probe_${freshId()}` });
  try {
    if (effect.effect === "reset") await requireIpFilterOnBridges(startHelper);
    await filter.apply({ fault: "probe", links: [NOBODY], ...effect });
    await filter.lift("probe");
    return { here: "yes" };
  } catch (error) {
    return { here: "no", why: messageOf(error) };
  }
}
