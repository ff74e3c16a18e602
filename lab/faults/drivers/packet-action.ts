/** One network fault by the packet filter, and what the filter's counters say of it. */
import type { Helper } from "../../engine/types.ts";
import { freshId } from "../../random.ts";
import type { Effect, FaultAction } from "../action.ts";
import type { ActContext } from "../define.ts";
import { describeLinks, resolveLinks, type LinkSpec } from "../resolve-links.ts";
import { packetFilter, packetFilterOf, type PacketCount } from "./packet-filter.ts";
import { familyOf, type PacketEffect, type PacketFault } from "./packet-rules.ts";

/** The links that a fault means now, and the rule that breaks them. `requirements` is asked before it acts. */
export async function packetAction(
  spec: LinkSpec,
  effect: PacketEffect,
  { fault, kind, among, tools }: ActContext,
  requirements: (links: PacketLinks) => Promise<void> = () => Promise.resolve(),
): Promise<FaultAction> {
  const filter = tools.use(packetFilterOf);
  const { targets, links } = await resolveLinks(kind, spec, among);
  const packets: PacketFault = {
    fault,
    ...effect,
    links: links.map(({ from, to }) => ({ from: from.address, to: to.address })),
  };
  const families = familyOf(packets) === "ip" ? (["ip", "bridge"] as const) : (["bridge"] as const);
  let applied = false;
  let last: PacketCount | undefined;
  return {
    targets,
    journalled: describeLinks(links),
    undoActions: families.map((family) => ({ action: "delete-table", family, table: filter.table })),
    async apply() {
      await requirements(links);
      await filter.apply(packets);
      applied = true;
    },
    probe: async () => effectSeen(effect, links.length, await filter.count(fault)),
    async undo() {
      // What could not be applied has changed nothing.
      if (applied) last = await filter.lift(fault);
    },
    // `lift` has read the table back already; what is left is to say what the rules did in all.
    verify: () =>
      Promise.resolve(
        `its rules are out of the table${last === undefined ? "" : `; it ${verbOf(effect)} ${counted(last.stopped, "packet")} in all`}`,
      ),
  };
}

export type PacketLinks = Awaited<ReturnType<typeof resolveLinks>>["links"];

const verbOf = ({ effect }: PacketEffect): string => (effect === "reset" ? "reset" : "dropped");

const counted = (count: number, what: string): string =>
  `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;

function effectSeen(effect: PacketEffect, links: number, { stopped, seen }: PacketCount): Effect {
  const where = counted(links, "directed link");
  const figures = { packetsStopped: stopped, links };
  if (effect.effect === "cut" || effect.effect === "reset") {
    return { effective: stopped > 0, measured: `${counted(stopped, "packet")} ${verbOf(effect)} on ${where}`, figures };
  }
  return {
    effective: stopped > 0,
    measured: `${stopped.toLocaleString("en")} of ${counted(seen, "packet")} dropped on ${where}`,
    figures: { ...figures, packetsSeen: seen },
  };
}

/** Addresses for documentation (RFC 5737): no packet has them. */
const NOBODY = { from: "192.0.2.1", to: "192.0.2.2" };

/** Puts a rule into a table of its own, between two addresses that nobody has, and takes it back. @throws when the kernel refuses */
export const tryRule =
  (effect: PacketEffect) =>
  async (startHelper: (command: readonly string[]) => Promise<Helper>): Promise<void> => {
    await using filter = packetFilter({ startHelper, table: `lab_probe_${freshId()}` });
    await filter.apply({ fault: "probe", links: [NOBODY], ...effect });
    await filter.lift("probe");
  };
