/**
 * The text of the packet-filter rules: pure, so that what the kernel is told can be read and tested.
 *
 * All rules of all faults in force are written anew at each change, in one transaction; a fault's counters live on
 * beside them. So any set of faults can be applied, stacked and lifted in any order, and a link that two faults cut
 * stays cut until both are lifted.
 */
import type { Link } from "../shapes.ts";

export type PacketEffect =
  | { readonly effect: "cut" }
  | { readonly effect: "loss"; readonly percent: number }
  | { readonly effect: "reset" }
  | { readonly effect: "rate"; readonly bytesPerSecond: number };

/** One network fault by addresses. */
export type PacketFault = PacketEffect & {
  readonly fault: string;
  readonly links: readonly Link<string>[];
};

export type Family = "bridge" | "ip";

/**
 * The table of one injector of a run: letters, digits and underscores only. A table has one owner, so two processes
 * that break the same run (`lab fault` in two terminals) have a table each: `mark` tells them apart.
 */
export const tableName = (run: string, mark: string): string => `lab_${run.replaceAll(/[^A-Za-z0-9]/g, "_")}_${mark}`;

/**
 * Frames between two containers are forwarded by the bridge; what the host itself sends or is sent (its clients,
 * through published ports) passes output and input instead. A packet passes one of the three, once, and each leads to
 * the same chain, where all rules are.
 */
const HOOKS = ["forward", "output", "input"] as const;
export const CHAIN = "faults";

/** Bridge rules act before all others; resets come before the engine's own filter, which lets everything pass. */
const PRIORITY: Readonly<Record<Family, number>> = { bridge: -300, ip: -10 };

export interface Rule {
  readonly family: Family;
  readonly links: readonly Link<string>[];
  /** Counters in the order in which a packet passes them. */
  readonly counters: readonly string[];
  readonly percent?: number;
  /** Only what comes faster is meant. */
  readonly bytesPerSecond?: number;
  readonly verdict: "count" | "drop" | "reset";
}

/** Counts what a fault stopped. */
export const hitCounter = (fault: string): string => fault;
/** Counts what a loss or a rate could have stopped. */
export const seenCounter = (fault: string): string => `${fault}-seen`;

export const familyOf = (fault: PacketFault): Family => (fault.effect === "reset" ? "ip" : "bridge");

export const countersOf = (fault: PacketFault): readonly string[] =>
  fault.effect === "loss" || fault.effect === "rate"
    ? [seenCounter(fault.fault), hitCounter(fault.fault)]
    : [hitCounter(fault.fault)];

/**
 * The rules of faults in force, in the order in which packets meet them: first every cut counts, then losses fall
 * and rates hold, then cuts drop. A rate is one of each link, hence a rule of each. So each fault counts what it stopped even where several stop the same link. A reset works one
 * layer up and never sees what a cut has dropped.
 */
export function rulesOf(faults: readonly PacketFault[]): Rule[] {
  const cuts = faults.filter((fault) => fault.effect === "cut");
  return [
    ...cuts.map((fault): Rule => ({
      family: "bridge",
      links: fault.links,
      counters: countersOf(fault),
      verdict: "count",
    })),
    ...faults.flatMap((fault): Rule[] =>
      fault.effect === "loss"
        ? [
            {
              family: "bridge",
              links: fault.links,
              counters: countersOf(fault),
              percent: fault.percent,
              verdict: "drop",
            },
          ]
        : [],
    ),
    ...faults.flatMap((fault): Rule[] => {
      if (fault.effect !== "rate") return [];
      const { bytesPerSecond } = fault;
      const counters = countersOf(fault);
      return fault.links.map((link) => ({
        family: "bridge",
        links: [link],
        counters,
        bytesPerSecond,
        verdict: "drop",
      }));
    }),
    ...cuts.map(({ links }): Rule => ({ family: "bridge", links, counters: [], verdict: "drop" })),
    ...faults.flatMap((fault): Rule[] =>
      fault.effect === "reset"
        ? [{ family: "ip", links: fault.links, counters: countersOf(fault), verdict: "reset" }]
        : [],
    ),
  ];
}

/** A rule as nft reads it. Only IPv4 is matched: address resolution (ARP) goes on, so a heal works at once. */
export function ruleText(rule: Rule): string {
  const links = rule.links.map((link) => `${link.from} . ${link.to}`).join(", ");
  const [first, ...rest] = rule.counters.map((name) => `counter name ${name}`);
  // Ten-thousandths, so that a loss of 0.5 % can be asked for.
  const chance = rule.percent === undefined ? undefined : `numgen random mod 10000 < ${Math.round(rule.percent * 100)}`;
  const rate = rule.bytesPerSecond === undefined ? undefined : overRate(rule.bytesPerSecond);
  const verdicts = { count: undefined, drop: "drop", reset: "reject with tcp reset" } as const;
  return [
    `ip saddr . ip daddr { ${links} }`,
    // Resets pass, also the rule's own: on the way back one would meet the same rule.
    rule.verdict === "reset" ? "tcp flags & rst == 0" : undefined,
    first,
    chance,
    rate,
    ...rest,
    verdicts[rule.verdict],
  ]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** A tenth of a second's bytes may come at once, but never less than a few packets. */
const overRate = (bytesPerSecond: number): string =>
  `limit rate over ${bytesPerSecond} bytes/second burst ${Math.max(10_000, Math.round(bytesPerSecond / 10))} bytes`;

/** Makes a family's table. It has an owner: the kernel removes it when the process that made it ends. */
export const setUpText = (family: Family, table: string): string =>
  [
    `add table ${family} ${table} { flags owner; }`,
    `add chain ${family} ${table} ${CHAIN}`,
    ...HOOKS.flatMap((hook) => [
      `add chain ${family} ${table} at_${hook} { type filter hook ${hook} priority ${PRIORITY[family]}; policy accept; }`,
      `add rule ${family} ${table} at_${hook} jump ${CHAIN}`,
    ]),
  ].join("; ");

/**
 * One line, hence one transaction of the kernel: from the faults before to the faults after.
 * Counters of faults that stay keep their counts.
 */
export function transactionText(before: readonly PacketFault[], after: readonly PacketFault[], table: string): string {
  const has = (faults: readonly PacketFault[], one: PacketFault): boolean =>
    faults.some((other) => other.fault === one.fault);
  const added = after.filter((fault) => !has(before, fault));
  const removed = before.filter((fault) => !has(after, fault));
  const families = new Set([...before, ...after].map(familyOf));
  const counters = (verb: "add" | "delete", faults: readonly PacketFault[]): string[] =>
    faults.flatMap((fault) => countersOf(fault).map((name) => `${verb} counter ${familyOf(fault)} ${table} ${name}`));
  return [
    ...counters("add", added),
    ...[...families].map((family) => `flush chain ${family} ${table} ${CHAIN}`),
    ...rulesOf(after).map((rule) => `add rule ${rule.family} ${table} ${CHAIN} ${ruleText(rule)}`),
    ...counters("delete", removed),
  ].join("; ");
}

/** A rule's name for comparing what was ordered with what the kernel has. */
export const ruleKey = (rule: Omit<Rule, "percent" | "bytesPerSecond">): string =>
  [
    rule.family,
    rule.links
      .map((link) => `${link.from}>${link.to}`)
      .sort()
      .join(","),
    rule.counters.join("+"),
    rule.verdict,
  ].join(" ");
