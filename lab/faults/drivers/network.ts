/** Partition, loss, reset and bandwidth, by the packet filter. */
import type { Helper } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import { seconds, withLimit } from "../../time.ts";
import type { Deed, Effect } from "../deed.ts";
import { describeLinks, type NetworkSpec, type ResolvedLinks } from "../resolve.ts";
import type { PacketCount, PacketFilter } from "./packet-filter.ts";
import type { PacketEffect, PacketFault } from "./packet-rules.ts";

/** Network faults that the packet filter makes. */
export type PacketSpec = Exclude<NetworkSpec, { kind: "delay" }>;

/** The deed of a resolved network fault. `requirements` is asked before a kind acts for the first time. */
export function networkDeed(
  fault: string,
  spec: PacketSpec,
  resolved: ResolvedLinks,
  filter: PacketFilter,
  table: string,
  requirements: () => Promise<void>,
): Deed {
  const packets: PacketFault = {
    fault,
    ...effectOf(spec),
    links: resolved.links.map(({ from, to }) => ({ from: from.address, to: to.address })),
  };
  let last: PacketCount | undefined;
  return {
    targets: resolved.targets,
    journalled: describeLinks(resolved.links),
    undoActions: (spec.kind === "reset" ? (["ip", "bridge"] as const) : (["bridge"] as const)).map((family) => ({
      action: "delete-table",
      family,
      table,
    })),
    async apply() {
      await requirements();
      await filter.apply(packets);
    },
    look: async () => effectSeen(spec, resolved, await filter.count(fault)),
    async undo() {
      last = await filter.lift(fault);
    },
    // `lift` has read the table back already; what is left is to say what the rules did in all.
    verify: () =>
      Promise.resolve(
        `its rules are out of the table; ${last === undefined ? "" : `${stopped(spec)} ${countOf(last.stopped, "packet")} in all`}`,
      ),
  };
}

const effectOf = (spec: PacketSpec): PacketEffect => {
  switch (spec.kind) {
    case "partition":
      return { effect: "cut" };
    case "loss":
      return { effect: "loss", percent: spec.percent };
    case "reset":
      return { effect: "reset" };
    case "bandwidth":
      return { effect: "rate", bytesPerSecond: spec.bytesPerSecond };
  }
};

const stopped = (spec: PacketSpec): string => (spec.kind === "reset" ? "it reset" : "it dropped");

const countOf = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

function effectSeen(spec: PacketSpec, resolved: ResolvedLinks, count: PacketCount): Effect {
  const where = countOf(resolved.links.length, "directed link");
  const figures = { packetsStopped: count.stopped, links: resolved.links.length };
  const verb = spec.kind === "reset" ? "reset" : "dropped";
  if (spec.kind !== "loss" && spec.kind !== "bandwidth") {
    const measured = `${countOf(count.stopped, "packet")} ${verb} on ${where}`;
    return { effective: count.stopped > 0, measured, figures };
  }
  return {
    effective: count.stopped > 0,
    measured: `${count.stopped.toLocaleString("en")} of ${countOf(count.seen, "packet")} dropped on ${where}`,
    figures: { ...figures, packetsSeen: count.seen },
  };
}

/**
 * A reset between nodes works only where frames on a bridge pass the IP filter too.
 * @throws LabError `fault-unsupported`
 */
export async function requireIpFilterOnBridges(
  startHelper: (command: readonly string[]) => Promise<Helper>,
): Promise<void> {
  const setting = "net.bridge.bridge-nf-call-iptables";
  const value = await oneLine(startHelper, ["cat", `/proc/sys/${setting.replaceAll(".", "/")}`]);
  if (value === "1") return;
  throw new LabError({
    code: "fault-unsupported",
    message: `a reset between nodes needs ${setting}=1 on the engine's machine; it is ${value === "" ? "not there" : value}`,
    hint: `modprobe br_netfilter && sysctl -w ${setting}=1`,
  });
}

/** The first line that a command prints on the engine's machine; empty when it prints none. */
async function oneLine(
  startHelper: (command: readonly string[]) => Promise<Helper>,
  command: readonly string[],
): Promise<string> {
  await using helper = await startHelper(command);
  const line = new Promise<string>((resolve) => {
    helper.onOutput((text) => resolve(text.trim()));
    helper.onError(() => resolve(""));
  });
  try {
    return await withLimit(command.join(" "), seconds(10), line);
  } catch (error) {
    throw new LabError({ code: "fault-failed", message: `${command.join(" ")}: ${messageOf(error)}`, cause: error });
  }
}
