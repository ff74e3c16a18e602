/**
 * junit.xml: one suite a run; one case an expectation, an SLO and a condition of trust.
 * Written to the format that CI servers share (Jenkins, GitLab, Azure, GitHub's reporters): there is no official schema.
 */
import type { Verdict } from "../lab/checks/types.ts";
import { conditionsOf } from "../lab/run-folder/run-folder.ts";
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

/** The XML of all runs. Classes of cases are unique: a scenario that ran several times is numbered from its second run on. */
export function renderJunit(runs: readonly RunRecord[]): string {
  const seen = new Map<string, number>();
  const suites = runs.map((run) => {
    const name = runName(run);
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
    `  <testsuite name="${xml(name)}" ${countsOf(cases)} time="${inSeconds(verdict.durationMs)}" timestamp="${xml(verdict.startedAt.replace(/(\.\d+)?Z$/, ""))}" hostname="${xml(plan.environment.machine)}">`,
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
    `      <${one.outcome} message="${xml(one.message)}"${type}>${xml(one.text)}</${one.outcome}>`,
    "    </testcase>",
  ];
}

function casesOf(run: RunRecord): Case[] {
  const { verdict, plan } = run;
  const repeat = `repeat: ${plan.repeat}`;
  const claims = [
    ...verdict.expectations.map((result) => ({ ...result, kind: "expectation", text: evidenceLines(result) })),
    ...verdict.slos.map((result) => ({ ...result, kind: "slo", text: [`good means: ${result.indicator}`] })),
  ];
  const mutant = foretold(run);
  const cases = claims.map(({ kind, name, verdict: came, summary, text }): Case => {
    const title = `${kind}: ${name}`;
    const full = [summary, ...text, repeat].join("\n");
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
    cases.push({ name: "mutant is caught", outcome: "passed", text: `violated, as foretold: ${mutant.by}` });
  } else if (mutant !== undefined) {
    cases.push(
      caseOf("mutant is caught", "violated", `not caught: ${mutant.why}`, `not caught: ${mutant.why}\n${repeat}`),
    );
  }
  for (const { name, verdict: came, summary } of conditionsOf(verdict)) {
    cases.push(caseOf(`condition: ${name}`, came, summary, `${summary}\n${repeat}`));
  }
  const quiet = !cases.some(({ outcome }) => outcome === "failure" || outcome === "error");
  if (quiet && mutant === undefined && verdict.verdict !== "held") {
    // A verdict with a reason that no single case carries must still be seen.
    const why = verdict.reasons.join("; ") || "no reason was recorded";
    cases.push(caseOf("verdict", verdict.verdict, why, `${why}\n${repeat}`));
  }
  return unique(cases);
}

function caseOf(name: string, verdict: Verdict, summary: string, text: string): Case {
  if (verdict === "held") return { name, outcome: "passed", text: summary };
  return { name, outcome: verdict === "violated" ? "failure" : "error", message: `${verdict}: ${summary}`, text };
}

function unique(cases: readonly Case[]): Case[] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
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

function countsOf(cases: readonly Case[]): string {
  const count = (outcome: Case["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count("failure")}" errors="${count("error")}" skipped="${count("skipped")}"`;
}

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
  text
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- XML 1.0, 2.2: these are not characters
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"'\n\t\r]/g, (character) => XML_ENTITIES[character] ?? "");
