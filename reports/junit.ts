/**
 * junit.xml: one suite a run of a scenario, one case an expectation and an SLO; the mutants of all runs are a suite of their
 * own, a case each. Written to the format that CI servers share (Jenkins, GitLab, Azure, GitHub's reporters): there is no
 * official schema, and the strictest reader knows no `skipped` on the root. Texts are cut to bounds: readers keep them all in
 * memory.
 */
import { join, relative } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Verdict } from "../lab/checks/types.ts";
import { faultTimes } from "../lab/journal/fault-times.ts";
import { outcomeOf } from "../lab/run-folder/mutants.ts";
import { conditionsOf } from "../lab/run-folder/run-folder.ts";
import { cutText } from "../lab/text.ts";
import type { RunRecord } from "./types.ts";
import { foretold } from "./verdicts.ts";

interface Case {
  readonly name: string;
  readonly className: string;
  readonly text: string;
  /** How long what it is about took, where it says so; suites carry the times of runs. */
  readonly spanMs?: number;
  /** Absent: passed. */
  readonly wrong?: { readonly kind: "failure" | "error"; readonly type: string; readonly message: string };
  /** The run's report, as seen from the working folder. */
  readonly report?: string;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
  readonly spanMs: number;
  readonly startedAt: string;
  readonly machine: string;
  readonly properties: readonly (readonly [string, string])[];
}

const LONGEST_NAME = 300;
const LONGEST_MESSAGE = 2_000;
const LONGEST_TEXT = 20_000;
/** A message names so many faults. */
const MOST_FAULTS = 3;

/** The XML of all runs. Names of suites are unique: a scenario that ran several times is numbered from its second run on. */
export function renderJunit(runs: readonly RunRecord[]): string {
  const seen = new Map<string, number>();
  const mutants = runs.filter(({ plan }) => plan.mutant !== undefined);
  const suites = [
    ...runs.filter(({ plan }) => plan.mutant === undefined).map((run) => suiteOf(run, numbered(titleOf(run), seen))),
    ...(mutants.length === 0 ? [] : [suiteOfMutants(mutants)]),
  ];
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="resilience-lab" ${countsOf(all)} time="${inSeconds(suites.reduce((sum, { spanMs }) => sum + spanMs, 0))}">`,
    ...suites.flatMap(suiteLines),
    "</testsuites>",
    "",
  ].join("\n");
}

const titleOf = ({ plan }: RunRecord): string => cutText(plan.title || plan.scenario, LONGEST_NAME);

/** `x`, then `x #2`: readers tell cases apart by their names. */
function numbered(name: string, seen: Map<string, number>): string {
  const count = (seen.get(name) ?? 0) + 1;
  seen.set(name, count);
  return count === 1 ? name : `${name} #${count}`;
}

function suiteOf(run: RunRecord, name: string): Suite {
  const { verdict, plan } = run;
  const conditions = conditionsOf(verdict);
  const report = reportOf(run);
  return {
    name,
    cases: casesOf(run, name),
    spanMs: verdict.durationMs,
    startedAt: verdict.startedAt,
    machine: plan.environment.machine,
    properties: [
      ["scenario", plan.scenario],
      ["run", verdict.run],
      ["seed", String(verdict.seed)],
      ["verdict", verdict.verdict],
      ["repeat", plan.repeat],
      ...(report === undefined ? [] : [["report", report] as const]),
      ...conditions
        .filter((each) => each.verdict === "held")
        .map((each) => [`condition: ${each.name}`, cutText(`held: ${each.summary}`, LONGEST_MESSAGE)] as const),
    ],
  };
}

function casesOf(run: RunRecord, className: string): readonly Case[] {
  const { verdict } = run;
  const seen = new Map<string, number>();
  const of = (name: string, came: Verdict, summary: string, more: readonly string[], spanMs?: number): Case => ({
    ...caseOf(run, numbered(cutText(name, LONGEST_NAME), seen), came, summary, more),
    className,
    ...(spanMs === undefined ? {} : { spanMs }),
  });
  const cases = [
    ...verdict.expectations.map((result) =>
      of(result.name, result.verdict, result.summary, evidenceLines(result), spanOf(result.figures)),
    ),
    ...verdict.slos.map((slo) => of(slo.displayName, slo.verdict, slo.summary, [`good means: ${slo.indicator}`])),
    ...conditionsOf(verdict)
      .filter((each) => each.verdict !== "held")
      .map((each) => of(`condition: ${each.name}`, each.verdict, each.summary, [])),
  ];
  if (verdict.verdict === "held" || cases.some(({ wrong }) => wrong !== undefined)) return cases;
  // A verdict with a reason that no single case carries must still be seen.
  return [...cases, of("verdict", verdict.verdict, verdict.reasons.join("; ") || "no reason was recorded", [])];
}

/** A case's own time: how long what it judges took. A fault that nobody noticed took none. */
const spanOf = (figures: Readonly<Record<string, number>>): number | undefined =>
  [figures["recoveryMs"], figures["convergenceMs"]].find(
    (span) => span !== undefined && span > 0 && Number.isFinite(span),
  );

function caseOf(
  run: RunRecord,
  name: string,
  came: Verdict,
  summary: string,
  more: readonly string[],
): Omit<Case, "className"> {
  if (came === "held") return { name, text: cutText(summary, LONGEST_TEXT) };
  const faults = faultNames(run);
  const report = reportOf(run);
  return {
    name,
    text: withRepeat(run, [summary, ...more].join("\n")),
    ...(report === undefined ? {} : { report }),
    wrong: {
      kind: came === "violated" ? "failure" : "error",
      type: came,
      message: `${came}: ${summary}${faults === "" ? "" : ` (faults: ${faults})`}`,
    },
  };
}

/** Cut before the command, which is what a reader needs most. */
const withRepeat = ({ plan }: RunRecord, text: string): string =>
  `${cutText(text, LONGEST_TEXT)}\nrepeat: ${plan.repeat}`;

/** `F1 kill of leader of events/0 (kafka-1)`, as the report numbers them. */
function faultNames({ journal }: RunRecord): string {
  const names = faultTimes(journal).map(({ what }, place) => `F${place + 1} ${what}`);
  const more = names.length - MOST_FAULTS;
  return [...names.slice(0, MOST_FAULTS), ...(more > 0 ? [`${more} more`] : [])].join("; ");
}

/** From the working folder, as CI servers look for it. */
const reportOf = ({ folder }: RunRecord): string | undefined =>
  folder === undefined ? undefined : relative("", join(folder, "report.html")).replaceAll("\\", "/");

/** One case a mutant: it passes when the mutant was killed by the expectation that it names. */
function suiteOfMutants(runs: readonly RunRecord[]): Suite {
  const seen = new Map<string, number>();
  const [first] = runs;
  return {
    name: "mutants",
    cases: runs.map((run) => mutantCase(run, seen)),
    spanMs: runs.reduce((sum, { verdict }) => sum + verdict.durationMs, 0),
    startedAt: first?.verdict.startedAt ?? "",
    machine: first?.plan.environment.machine ?? "",
    properties: [],
  };
}

function mutantCase(run: RunRecord, seen: Map<string, number>): Case {
  const { plan, verdict } = run;
  const className = `mutants of: ${titleOf(run)}`;
  const mutant = cutText(plan.mutant?.name ?? "", LONGEST_NAME);
  // Unique within its class, which readers tell apart by name.
  const name = numbered(`${className}\n${mutant}`, seen).slice(className.length + 1);
  const outcome = outcomeOf(plan, verdict);
  const known = foretold(run);
  const why = known?.caught === false ? known.why : "";
  const report = reportOf(run);
  const claims = [
    ...verdict.expectations.map((each) => `- ${each.verdict}: ${each.name}: ${each.summary}`),
    ...verdict.slos.map((each) => `- ${each.verdict}: ${each.displayName}: ${each.summary}`),
    ...conditionsOf(verdict)
      .filter((each) => each.verdict !== "held")
      .map((each) => `- ${each.verdict}: condition: ${each.name}: ${each.summary}`),
  ];
  const base = { name, className, spanMs: verdict.durationMs, ...(report === undefined ? {} : { report }) };
  if (outcome === "killed")
    return { ...base, text: cutText(`killed, as foretold, by: ${plan.mutant?.violates ?? ""}`, LONGEST_TEXT) };
  return {
    ...base,
    text: withRepeat(run, [why, ...claims].join("\n")),
    wrong:
      outcome === "survived"
        ? { kind: "failure", type: "survived", message: `survived: ${why}` }
        : { kind: "error", type: "unknown", message: `unknown: ${verdict.reasons.join("; ") || why}` },
  };
}

function suiteLines({ name, cases, spanMs, startedAt, machine, properties }: Suite): readonly string[] {
  return [
    `  <testsuite name="${xml(name)}" ${countsOf(cases)} skipped="0" time="${inSeconds(spanMs)}" timestamp="${xml(startedAt.replace(/(\.\d+)?Z$/, ""))}" hostname="${xml(machine)}">`,
    "    <properties>",
    ...properties.map(
      ([key, value]) => `      <property name="${xml(cutText(key, LONGEST_NAME))}" value="${xml(value)}"/>`,
    ),
    "    </properties>",
    ...cases.flatMap(caseLines),
    "  </testsuite>",
  ];
}

/** What Jenkins' attachments plugin and GitLab look for in a case's output. */
const attachment = (path: string): string => `[[ATTACHMENT|${path}]]`;

function caseLines({ name, className, text, spanMs = 0, wrong, report }: Case): readonly string[] {
  const said = [...(wrong === undefined ? [text] : []), ...(report === undefined ? [] : [attachment(report)])].join(
    "\n",
  );
  return [
    `    <testcase classname="${xml(className)}" name="${xml(name)}" time="${inSeconds(spanMs)}">`,
    ...(wrong === undefined
      ? []
      : [
          `      <${wrong.kind} message="${xml(cutText(wrong.message, LONGEST_MESSAGE))}" type="${wrong.type}">${xml(text)}</${wrong.kind}>`,
        ]),
    ...(said === "" ? [] : [`      <system-out>${xml(said)}</system-out>`]),
    "    </testcase>",
  ];
}

const evidenceLines = (result: RunRecord["verdict"]["expectations"][number]): readonly string[] =>
  result.evidence.map(({ what, atMs, detail }) => {
    const at = atMs === undefined ? "" : ` at ${(atMs / 1_000).toFixed(3)} s`;
    const rest = Object.entries(detail ?? {}).map(([key, value]) => `${key}=${value}`);
    return `- ${what}${at}${rest.length === 0 ? "" : ` (${rest.join(", ")})`}`;
  });

const count = (cases: readonly Case[], kind: "failure" | "error"): number =>
  cases.filter(({ wrong }) => wrong?.kind === kind).length;

const countsOf = (cases: readonly Case[]): string =>
  `tests="${cases.length}" failures="${count(cases, "failure")}" errors="${count(cases, "error")}"`;

const inSeconds = (spanMs: number): string => (spanMs / 1_000).toFixed(3);

const XML_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  "\n": "&#10;",
  "\t": "&#9;",
  "\r": "&#13;",
};

/** Text for attributes and elements. What XML 1.0 has no way to write (most control characters) becomes U+FFFD. */
const xml = (text: string): string =>
  stripVTControlCharacters(text)
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- XML 1.0, 2.2: these are not characters
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"'\n\t\r]/g, (character) => XML_ENTITIES[character] ?? "");
