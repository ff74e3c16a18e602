/**
 * Faults in words, for the command line, the journal and the reports: `kill leader of events/0`,
 * `partition between a minority and others`, `loss 30% from kafka-1 to kafka-2`.
 * What `describeFault` writes, `parseFault` reads.
 */
import { LabError } from "../errors.ts";
import { shapeNames } from "./shapes.ts";
import type { Cut, FaultKind, FaultSpec, Shape, Target } from "./types.ts";

const targetUsage = (kind: FaultKind): string[] => [`${kind} TARGET`];

/** How each kind is said, for help texts and corrections. */
export const faultUsage: Readonly<Record<FaultKind, readonly string[]>> = {
  kill: targetUsage("kill"),
  terminate: targetUsage("terminate"),
  pause: targetUsage("pause"),
  restart: targetUsage("restart"),
  partition: [
    "partition between TARGET and TARGET",
    "partition from TARGET to TARGET",
    "partition isolate TARGET [also from clients]",
    `partition ${shapeNames.join("|")} of CLUSTER`,
  ],
  loss: ["loss PERCENT% between TARGET and TARGET", "loss PERCENT% from TARGET to TARGET"],
  reset: ["reset between TARGET and TARGET", "reset from TARGET to TARGET"],
};

const EXAMPLES: Readonly<Record<FaultKind, string>> = {
  kill: "kill leader of events/0",
  terminate: "terminate kafka-1",
  pause: "pause active controller",
  restart: "restart a follower of events/0",
  partition: "partition between a minority and others",
  loss: "loss 30% between kafka-1 and others",
  reset: "reset between clients and kafka-1",
};

/** What is broken, without the kind: `leader of events/0`, `between kafka-1 and kafka-2`, `30% from a to b`. */
export function describeAsked(spec: FaultSpec): string {
  if ("target" in spec) return spec.target;
  if ("isolate" in spec) return `isolate ${spec.isolate}${spec.clients === true ? " also from clients" : ""}`;
  if ("shape" in spec) return `${spec.shape} of ${spec.cluster}`;
  const cuts = spec.cuts.map(describeCut).join(" + ");
  return spec.kind === "loss" ? `${spec.percent}% ${cuts}` : cuts;
}

/** The whole fault in words. */
export const describeFault = (spec: FaultSpec): string => `${spec.kind} ${describeAsked(spec)}`;

const describeCut = (cut: Cut): string =>
  cut.bothWays === false ? `from ${cut.from} to ${cut.to}` : `between ${cut.from} and ${cut.to}`;

/**
 * Reads a fault as a person says it; quoted words of several words and single words are the same.
 * @throws LabError `bad-usage` with the corrected call.
 */
export function parseFault(words: readonly string[]): FaultSpec {
  const text = words.join(" ").trim().replaceAll(/\s+/g, " ");
  const kind = kindOf(text);
  const rest = text.slice(kind.length).trim();
  switch (kind) {
    case "kill":
    case "terminate":
    case "pause":
    case "restart":
      return { kind, target: rest === "" ? corrected(kind, text) : rest };
    case "partition":
      return parsePartition(rest) ?? corrected(kind, text);
    case "loss": {
      const [, percent, cuts] = /^(\d+(?:\.\d+)?) ?% (.*)$/.exec(rest) ?? corrected(kind, text);
      return checkPercent({ kind, cuts: parseCuts(cuts ?? "") ?? corrected(kind, text), percent: Number(percent) });
    }
    case "reset":
      return { kind, cuts: parseCuts(rest) ?? corrected(kind, text) };
  }
}

/** @throws LabError `bad-usage` for a share that is no share. */
export function checkPercent<S extends { readonly percent: number }>(spec: S): S {
  if (spec.percent >= 0.01 && spec.percent <= 100) return spec;
  throw new LabError({
    code: "bad-usage",
    message: `a loss of ${spec.percent}% can not be made`,
    hint: "from 0.01% to 100%, in hundredths",
  });
}

function kindOf(text: string): FaultKind {
  const [first = ""] = text.split(" ");
  if (Object.hasOwn(faultUsage, first)) return first as FaultKind;
  throw new LabError({
    code: "bad-usage",
    message: first === "" ? "no fault was named" : `there is no fault "${first}"`,
    hint: `one of:\n${Object.values(EXAMPLES)
      .map((example) => `  lab fault ${example}`)
      .join("\n")}`,
  });
}

function corrected(kind: FaultKind, text: string): never {
  throw new LabError({
    code: "bad-usage",
    message: `"${text}" does not say what to break`,
    hint: `say it as\n${faultUsage[kind].map((usage) => `  lab fault ${usage}`).join("\n")}\nfor example\n  lab fault ${EXAMPLES[kind]}`,
  });
}

function parsePartition(text: string): FaultSpec | undefined {
  const isolate = /^isolate (.+?)( also from clients)?$/.exec(text);
  if (isolate?.[1] !== undefined) {
    return { kind: "partition", isolate: isolate[1], ...(isolate[2] === undefined ? {} : { clients: true }) };
  }
  const shape = /^(\S+) of (\S+)$/.exec(text);
  if (shape?.[1] !== undefined && shape[2] !== undefined && (shapeNames as readonly string[]).includes(shape[1])) {
    return { kind: "partition", shape: shape[1] as Shape, cluster: shape[2] };
  }
  const cuts = parseCuts(text);
  return cuts && { kind: "partition", cuts };
}

function parseCuts(text: string): Cut[] | undefined {
  const cuts: Cut[] = [];
  for (const part of text.split(" + ")) {
    const between = /^between (.+?) and (.+)$/.exec(part);
    const directed = /^from (.+?) to (.+)$/.exec(part);
    const [, from, to] = between ?? directed ?? [];
    if (from === undefined || to === undefined) return undefined;
    cuts.push(between ? { from, to } : { from, to, bothWays: false });
  }
  return cuts;
}

/** Whom a scenario means: a phrase, or somebody whom it already holds in its hands. */
export type Who = Target | { readonly name: string } | readonly { readonly name: string }[];

export const targetOf = (who: Who): Target => {
  if (typeof who === "string") return who;
  return "name" in who ? who.name : who.map((one) => one.name).join(", ");
};
