/** One scenario for people, whole. */
import type { CheckSpec } from "../checks/index.ts";
import { memoryNeededMb } from "../systems/index.ts";
import type { HistoryEntry } from "../run-folder/run-folder.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import { readScript, type Source } from "../rehearsal/validation/script.ts";
import { formatDuration } from "../time.ts";
import { describeTime, expectedTime } from "./durations.ts";
import { paint, verdictWord } from "./output.ts";

/** So many of its last runs are told. */
const LAST_RUNS = 5;

/** A scenario whole: what it starts, offers, breaks, assumes and expects, its mutants, and how it did lately. */
export function describeScenario(
  scenario: Scenario,
  sources: readonly Source[],
  history: readonly HistoryEntry[],
): string {
  const { topology, load, regions = {}, settings, assume = {}, expect, slos, mutants } = scenario;
  const script = readScript(sources);
  const named = (things: Readonly<Record<string, unknown>>): readonly string[] =>
    Object.entries(things).map(([name, thing]) => `${name}: ${describeData(thing)}`);
  const judged = (checks: Readonly<Record<string, CheckSpec>>): readonly string[] =>
    Object.entries(checks).map(([name, spec]) => `${name}: ${describeCheck(spec)}`);
  const parts: readonly (readonly [string, readonly string[]])[] = [
    ["file", sources.slice(0, 1).map(({ file }) => file)],
    ["topology", named(topology)],
    ["load", named(load)],
    ["regions", named(regions)],
    ["settings", named(settings)],
    ["faults", script.faults.length === 0 ? [] : [script.faults.join(", ")]],
    ["of whom", script.targets],
    ["assumes", judged(assume)],
    ["expects", judged(expect)],
    ["SLOs", slos],
    ["mutants", Object.entries(mutants).flatMap(([name, mutant]) => describeMutant(name, mutant))],
    ["needs", [`about ${memoryNeededMb(topology)} MiB`]],
    ["takes", [describeTime(expectedTime({ scenario }, history))]],
    ["lately", describeLately(scenario, history)],
  ];
  const width = Math.max(...parts.map(([title]) => title.length)) + 2;
  const lines = parts.flatMap(([title, all]) =>
    all.map((line, place) => `    ${(place === 0 ? title : "").padEnd(width)}${line}`),
  );
  return [`${paint("bold", scenario.id)}  ${scenario.title}`, `    ${scenario.description}`, "", ...lines].join("\n");
}

function describeMutant(name: string, { change, violates }: Scenario["mutants"][string]): readonly string[] {
  return [
    `${JSON.stringify(name)} changes ${changes(change).join(", ")}`,
    `  and must violate ${JSON.stringify(violates)}`,
  ];
}

/** `topology.kafka.topics.events.replicas: 1`, for each value that is changed. */
function changes(change: unknown, path = ""): readonly string[] {
  if (typeof change !== "object" || change === null || Array.isArray(change))
    return [`${path}: ${describeData(change, path.slice(path.lastIndexOf(".") + 1))}`];
  return Object.entries(change).flatMap(([key, value]) => changes(value, path === "" ? key : `${path}.${key}`));
}

/** `recovery of events: within 15 s`. */
function describeCheck({ check, ...rest }: CheckSpec): string {
  const { of, subject, ...options } = rest as { readonly of?: string; readonly subject?: string };
  const about = of ?? subject;
  const told = describeData(options);
  return `${check}${about === undefined ? "" : ` of ${about}`}${told === "" ? "" : `: ${told}`}`;
}

/** Fields of specs that hold spans of time, in milliseconds. */
const SPAN =
  /^(within|limit|steady|staleAllowed|timeout|partPause|acknowledgeAfter|checkEvery|zookeeperSession)$|Timeout$|Every$/;

/** Data in a line: `brokers 3, topics (events (partitions 6))`. */
function describeData(value: unknown, field = ""): string {
  if (typeof value === "number" && SPAN.test(field)) return formatDuration(value);
  if (Array.isArray(value)) return value.map((each) => describeData(each, field)).join(", ");
  if (typeof value === "string") return value === "" ? '""' : value;
  if (typeof value !== "object" || value === null) return String(value);
  const fields = Object.entries(value).filter(([, each]) => !isEmpty(each));
  return fields
    .map(
      ([key, each]) => `${key} ${typeof each === "object" ? `(${describeData(each, key)})` : describeData(each, key)}`,
    )
    .join(", ");
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function describeLately({ id }: Scenario, history: readonly HistoryEntry[]): readonly string[] {
  const own = history.filter(({ scenario, mutant }) => scenario === id && mutant === undefined);
  const last = own.slice(-LAST_RUNS).toReversed();
  if (last.length === 0) return ["no run recorded here yet"];
  return last.map(({ startedAt, verdict, durationMs, run }) => {
    const took = durationMs === undefined ? "" : ` in ${formatDuration(durationMs)}`;
    return `${verdictWord(verdict)}${took}  ${startedAt.replace("T", " ").replace(/\..*$/, "")}  ${run}`;
  });
}
