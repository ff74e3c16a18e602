/**
 * junit.xml: one suite a run; one case an expectation, an SLO and a condition of trust.
 * Written to the format that CI servers share (Jenkins, GitLab, Azure, GitHub's reporters): there is no official schema, and
 * the strictest reader knows no `skipped` on the root. Texts are cut to bounds: readers keep them all in memory.
 */
import { stripVTControlCharacters } from "node:util";
import type { Verdict } from "../lab/checks/types.ts";
import { conditionsOf } from "../lab/run-folder/run-folder.ts";
import { cutText } from "../lab/text.ts";
import type { RunRecord } from "./types.ts";
import { foretold, runName } from "./verdicts.ts";

type Case =
  | { readonly name: string; readonly outcome: "passed"; readonly text: string }
  | {
      readonly name: string;
      readonly outcome: "failure" | "error" | "skipped";
      readonly message: string;
      readonly text: string;
    };

const LONGEST_NAME = 300;
const LONGEST_MESSAGE = 2_000;
const LONGEST_TEXT = 20_000;

/** The XML of all runs. Classes of cases are unique: a scenario that ran several times is numbered from its second run on. */
export function renderJunit(runs: readonly RunRecord[]): string {
  const seen = new Map<string, number>();
  const suites = runs.map((run) => {
    const name = cutText(runName(run), LONGEST_NAME);
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { run, name: count === 1 ? name : `${name} #${count}`, cases: casesOf(run) };
  });
  const all = suites.flatMap(({ cases }) => cases);
  const totalMs = runs.reduce((sum, { verdict }) => sum + verdict.durationMs, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="resilience-lab" ${countsOf(all)} time="${inSeconds(totalMs)}">`,
    ...suites.flatMap(({ run, name, cases }) => suiteLines(run, name, cases)),
    "</testsuites>",
    "",
  ].join("\n");
}

function suiteLines(run: RunRecord, name: string, cases: readonly Case[]): string[] {
  const { verdict, plan } = run;
  const properties = { run: verdict.run, seed: String(verdict.seed), verdict: verdict.verdict, repeat: plan.repeat };
  return [
    `  <testsuite name="${xml(name)}" ${countsOf(cases)} skipped="${count(cases, "skipped")}" time="${inSeconds(verdict.durationMs)}" timestamp="${xml(verdict.startedAt.replace(/(\.\d+)?Z$/, ""))}" hostname="${xml(plan.environment.machine)}">`,
    "    <properties>",
    ...Object.entries(properties).map(([key, value]) => `      <property name="${key}" value="${xml(value)}"/>`),
    "    </properties>",
    // The time of a run is nobody's alone: the suite carries it, and its cases none.
    ...cases.flatMap((one) => caseLines(one, name)),
    "  </testsuite>",
  ];
}

function caseLines(one: Case, className: string): string[] {
  const head = `    <testcase classname="${xml(className)}" name="${xml(one.name)}" time="0.000"`;
  if (one.outcome === "passed") {
    return [`${head}>`, `      <system-out>${xml(one.text)}</system-out>`, "    </testcase>"];
  }
  const type = one.outcome === "skipped" ? "" : ` type="${one.outcome === "failure" ? "violated" : "unknown"}"`;
  return [
    `${head}>`,
    `      <${one.outcome} message="${xml(cutText(one.message, LONGEST_MESSAGE))}"${type}>${xml(one.text)}</${one.outcome}>`,
    "    </testcase>",
  ];
}

function casesOf(run: RunRecord): Case[] {
  const { verdict, plan } = run;
  // Cut before the command, which is what a reader needs most.
  const withRepeat = (text: string): string => `${cutText(text, LONGEST_TEXT)}\nrepeat: ${plan.repeat}`;
  const claims = [
    ...verdict.expectations.map((result) => ({ ...result, kind: "expectation", text: evidenceLines(result) })),
    ...verdict.slos.map((result) => ({ ...result, kind: "slo", text: [`good means: ${result.indicator}`] })),
  ];
  const mutant = foretold(run);
  const cases = claims.map(({ kind, name, verdict: came, summary, text }): Case => {
    const title = `${kind}: ${name}`;
    const full = withRepeat([summary, ...text].join("\n"));
    return mutant === undefined
      ? caseOf(title, came, summary, full)
      : {
          name: title,
          outcome: "skipped",
          message: `a mutant's run claims nothing here; ${came}: ${summary}`,
          text: full,
        };
  });
  if (mutant?.caught === true) {
    cases.push({
      name: "mutant is caught",
      outcome: "passed",
      text: cutText(`violated, as foretold: ${mutant.by}`, LONGEST_TEXT),
    });
  } else if (mutant !== undefined) {
    cases.push(
      caseOf("mutant is caught", "violated", `not caught: ${mutant.why}`, withRepeat(`not caught: ${mutant.why}`)),
    );
  }
  for (const { name, verdict: came, summary } of conditionsOf(verdict)) {
    cases.push(caseOf(`condition: ${name}`, came, summary, withRepeat(summary)));
  }
  const quiet = !cases.some(({ outcome }) => outcome === "failure" || outcome === "error");
  if (quiet && mutant === undefined && verdict.verdict !== "held") {
    // A verdict with a reason that no single case carries must still be seen.
    const why = verdict.reasons.join("; ") || "no reason was recorded";
    cases.push(caseOf("verdict", verdict.verdict, why, withRepeat(why)));
  }
  return unique(cases);
}

function caseOf(name: string, verdict: Verdict, summary: string, text: string): Case {
  if (verdict === "held") return { name, outcome: "passed", text: cutText(summary, LONGEST_TEXT) };
  return { name, outcome: verdict === "violated" ? "failure" : "error", message: `${verdict}: ${summary}`, text };
}

function unique(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((long) => {
    const one = { ...long, name: cutText(long.name, LONGEST_NAME) };
    const count = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, count);
    return count === 1 ? one : { ...one, name: `${one.name} #${count}` };
  });
}

const evidenceLines = (result: RunRecord["verdict"]["expectations"][number]): string[] =>
  result.evidence.map(({ what, atMs, detail }) => {
    const at = atMs === undefined ? "" : ` at ${(atMs / 1_000).toFixed(3)} s`;
    const rest = Object.entries(detail ?? {}).map(([key, value]) => `${key}=${value}`);
    return `- ${what}${at}${rest.length === 0 ? "" : ` (${rest.join(", ")})`}`;
  });

const count = (cases: readonly Case[], outcome: Case["outcome"]): number =>
  cases.filter((one) => one.outcome === outcome).length;

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
