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
  wipe: ["wipe TARGET", "wipe DISK of TARGET"],
  fill: ["fill TARGET leaving BYTES bytes", "fill DISK of TARGET leaving BYTES bytes"],
  throttle: ["throttle TARGET to PERCENT% of a core"],
  "slow-disk": ["slow-disk TARGET to BYTES bytes/s", "slow-disk DISK of TARGET to BYTES bytes/s"],
  bandwidth: ["bandwidth BYTES bytes/s between TARGET and TARGET", "bandwidth BYTES bytes/s from TARGET to TARGET"],
  delay: [
    "delay MILLISECONDS ms [jitter MILLISECONDS ms] between TARGET and TARGET",
    "delay MILLISECONDS ms [jitter MILLISECONDS ms] from TARGET to TARGET",
  ],
  corrupt: [
    "corrupt [BITS bits in] [COUNT times] FILES [on DISK] of TARGET",
    "corrupt by truncating|removing [COUNT times] FILES [on DISK] of TARGET",
  ],
};

const EXAMPLES: Readonly<Record<FaultKind, string>> = {
  kill: "kill leader of events/0",
  terminate: "terminate kafka-1",
  pause: "pause active controller",
  restart: "restart a follower of events/0",
  partition: "partition between a minority and others",
  loss: "loss 30% between kafka-1 and others",
  reset: "reset between clients and kafka-1",
  wipe: "wipe a follower of events/0",
  fill: "fill /data/1 of minio-1 leaving 100000 bytes",
  throttle: "throttle kafka-1 to 5% of a core",
  "slow-disk": "slow-disk kafka-1 to 1000000 bytes/s",
  bandwidth: "bandwidth 50000 bytes/s between kafka-1 and others",
  delay: "delay 100 ms jitter 20 ms between kafka-1 and others",
  corrupt: "corrupt 8 bits in 2 times **/*.log of kafka-1",
};

/** What is broken, without the kind: `leader of events/0`, `between kafka-1 and kafka-2`, `30% from a to b`. */
export function describeAsked(spec: FaultSpec): string {
  if (spec.kind === "wipe") return describeDisk(spec);
  if (spec.kind === "fill") return `${describeDisk(spec)} leaving ${spec.leaveBytes} bytes`;
  if (spec.kind === "slow-disk") return `${describeDisk(spec)} to ${spec.bytesPerSecond} bytes/s`;
  if (spec.kind === "corrupt") return describeCorrupt(spec);
  if (spec.kind === "throttle") return `${spec.target} to ${Number((spec.cpu * 100).toFixed(2))}% of a core`;
  if ("target" in spec) return spec.target;
  if ("isolate" in spec) return `isolate ${spec.isolate}${spec.clients === true ? " also from clients" : ""}`;
  if ("shape" in spec) return `${spec.shape} of ${spec.cluster}`;
  const cuts = spec.cuts.map(describeCut).join(" + ");
  if (spec.kind === "loss") return `${spec.percent}% ${cuts}`;
  if (spec.kind === "delay") {
    return `${spec.delayMs} ms ${spec.jitterMs === undefined ? "" : `jitter ${spec.jitterMs} ms `}${cuts}`;
  }
  return spec.kind === "bandwidth" ? `${spec.bytesPerSecond} bytes/s ${cuts}` : cuts;
}

const describeDisk = ({ disk, target }: { readonly disk?: string; readonly target: Target }): string =>
  disk === undefined ? target : `${disk} of ${target}`;

function describeCorrupt(spec: Extract<FaultSpec, { kind: "corrupt" }>): string {
  const by = spec.by === undefined ? "" : `by ${spec.by} `;
  const bits = spec.bits === undefined ? "" : `${spec.bits} bits in `;
  const count = spec.count === undefined ? "" : `${spec.count} times `;
  const disk = spec.disk === undefined ? "" : ` on ${spec.disk}`;
  return `${by}${bits}${count}${spec.files}${disk} of ${spec.target}`;
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
  const spec = readFault(words);
  checkFault(spec);
  return spec;
}

function readFault(words: readonly string[]): FaultSpec {
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
      return { kind, cuts: parseCuts(cuts ?? "") ?? corrected(kind, text), percent: Number(percent) };
    }
    case "reset":
      return { kind, cuts: parseCuts(rest) ?? corrected(kind, text) };
    case "wipe":
      return rest === "" ? corrected(kind, text) : { kind, ...parseDisk(rest) };
    case "fill": {
      const [, where, bytes] = /^(.+) leaving (\d+) bytes$/.exec(rest) ?? [];
      return where === undefined ? corrected(kind, text) : { kind, ...parseDisk(where), leaveBytes: Number(bytes) };
    }
    case "slow-disk": {
      const [, where, bytes] = /^(.+) to (\d+) bytes\/s$/.exec(rest) ?? [];
      return where === undefined ? corrected(kind, text) : { kind, ...parseDisk(where), bytesPerSecond: Number(bytes) };
    }
    case "throttle": {
      const [, target, percent] = /^(.+) to (\d+(?:\.\d+)?) ?% of a core$/.exec(rest) ?? [];
      return target === undefined
        ? corrected(kind, text)
        : { kind, target, cpu: Math.round(Number(percent) * 100) / 10_000 };
    }
    case "bandwidth": {
      const [, bytes, cuts = ""] = /^(\d+) bytes\/s (.*)$/.exec(rest) ?? [];
      return { kind, cuts: parseCuts(cuts) ?? corrected(kind, text), bytesPerSecond: Number(bytes) };
    }
    case "delay": {
      const [, delay, jitter, cuts = ""] = /^(\d+) ?ms (?:jitter (\d+) ?ms )?(.*)$/.exec(rest) ?? [];
      return {
        kind,
        cuts: parseCuts(cuts) ?? corrected(kind, text),
        delayMs: Number(delay),
        ...(jitter === undefined ? {} : { jitterMs: Number(jitter) }),
      };
    }
    case "corrupt":
      return parseCorrupt(rest) ?? corrected(kind, text);
  }
}

/** @throws LabError `bad-usage` for a figure that can not be. */
export function checkFault(spec: FaultSpec): void {
  if (spec.kind === "loss" && !(spec.percent >= 0.01 && spec.percent <= 100)) {
    throw new LabError({
      code: "bad-usage",
      message: `a loss of ${spec.percent}% can not be made`,
      hint: "from 0.01% to 100%, in hundredths",
    });
  }
  if (spec.kind === "throttle" && !(spec.cpu >= 0.01 && spec.cpu <= 1_000)) {
    throw new LabError({
      code: "bad-usage",
      message: `a node can not be held to ${spec.cpu * 100}% of a core`,
      hint: "from 1% of a core on",
    });
  }
  if (spec.kind === "fill") mustBeWhole("the bytes to be left", spec.leaveBytes, 0, Number.MAX_SAFE_INTEGER);
  if (spec.kind === "slow-disk") mustBeWhole("the bytes per second", spec.bytesPerSecond, 50_000, 100_000_000);
  if (spec.kind === "bandwidth") mustBeWhole("the bytes per second", spec.bytesPerSecond, 1_000, 1_000_000_000);
  if (spec.kind === "delay") {
    mustBeWhole("the milliseconds of delay", spec.delayMs, 10, 1_500);
    mustBeWhole("the milliseconds of jitter", spec.jitterMs ?? 0, 0, spec.delayMs);
  }
  if (spec.kind === "corrupt") {
    if (spec.by !== undefined && spec.bits !== undefined) {
      throw new LabError({
        code: "bad-usage",
        message: `no bits are flipped by ${spec.by}`,
        hint: "leave out the bits, or what else is done",
      });
    }
    mustBeWhole("how many bits are flipped", spec.bits ?? 1, 1, 10_000);
    mustBeWhole("how many files are hit", spec.count ?? 1, 1, 1_000);
  }
}

/** @throws LabError `bad-usage` */
function mustBeWhole(what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new LabError({
    code: "bad-usage",
    message: `${what} can not be ${value}`,
    hint: `a whole number from ${least.toLocaleString("en")} to ${most.toLocaleString("en")}`,
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

function parseDisk(text: string): { readonly target: Target; readonly disk?: string } {
  const [, disk, target = text] = /^(\/\S*) of (.+)$/.exec(text) ?? [];
  return { target, ...(disk === undefined ? {} : { disk }) };
}

function parseCorrupt(text: string): FaultSpec | undefined {
  const [, by, bits, count, files, disk, target] =
    /^(?:by (truncating|removing) )?(?:(\d+) bits? in )?(?:(\d+) times? )?(\S+)(?: on (\/\S*))? of (.+)$/.exec(text) ??
    [];
  if (files === undefined || target === undefined) return undefined;
  return {
    kind: "corrupt",
    target,
    files,
    ...(by === undefined ? {} : { by: by === "truncating" ? by : "removing" }),
    ...(bits === undefined ? {} : { bits: Number(bits) }),
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(disk === undefined ? {} : { disk }),
  };
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
