/** What two runs differ in: what was to happen, on what, and what came of it. Pure. */
import { conditionsOf, type Plan, type VerdictFile } from "./run-folder.ts";

/** One value that is not the same; a side that has none lacks it. */
export interface Difference {
  /** `load.events.rate`; `expectation/writes recover/recoveryMs`; `kafka`. */
  readonly what: string;
  readonly a?: unknown;
  readonly b?: unknown;
}

export interface RunDiff {
  /** The run itself: its scenario, mutant, seed, verdict. */
  readonly run: readonly Difference[];
  /** What was to happen: topology, load, regions, assumptions, expectations, SLOs, a mutant's change. */
  readonly plan: readonly Difference[];
  readonly settings: readonly Difference[];
  readonly images: readonly Difference[];
  /** Code, machine, engine. */
  readonly environment: readonly Difference[];
  readonly figures: readonly Difference[];
  /** What was judged otherwise, by kind and name, with its summary. */
  readonly findings: readonly Difference[];
}

/** A run folder's plan and what it came to. */
export interface Judged {
  readonly plan: Plan;
  readonly verdict: VerdictFile;
}

/** Both sides in one order: the first run is `a`. Times of the wall clock always differ, and are left out. */
export function diffRuns(a: Judged, b: Judged): RunDiff {
  const both = (pick: (run: Judged) => unknown): readonly Difference[] => differences("", pick(a), pick(b));
  return {
    run: both(({ plan, verdict }) => ({
      scenario: plan.scenario,
      mutant: plan.mutant?.name,
      seed: plan.seed,
      verdict: verdict.verdict,
    })),
    plan: both(({ plan: { title, description, mutant, topology, load, regions, assume, expect, slos } }) => ({
      title,
      description,
      change: mutant?.change,
      violates: mutant?.violates,
      topology,
      load,
      regions,
      assume,
      expect,
      slos,
    })),
    settings: both(({ plan }) => plan.settings ?? {}),
    images: both(({ plan }) =>
      Object.fromEntries(
        Object.entries(plan.environment.images).map(([component, { reference, id }]) => [
          component,
          `${reference} ${id}`,
        ]),
      ),
    ),
    environment: both(({ plan: { environment } }) => {
      const { images: _, ...rest } = environment;
      return rest;
    }),
    figures: flat(figuresOf(a.verdict), figuresOf(b.verdict)),
    findings: flat(findingsOf(a.verdict), findingsOf(b.verdict)),
  };
}

/** Names with slashes and dots are names here, and no paths. */
function flat(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): readonly Difference[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((what) =>
    JSON.stringify(a[what]) === JSON.stringify(b[what]) ? [] : [sides(what, a[what], b[what])],
  );
}

const figuresOf = ({ expectations, slos, durationMs }: VerdictFile): Readonly<Record<string, number>> =>
  Object.fromEntries([
    ["durationMs", durationMs],
    ...[
      ...expectations.map((part) => ({ kind: "expectation", ...part })),
      ...slos.map((part) => ({ kind: "slo", ...part })),
    ].flatMap(({ kind, name, figures }) =>
      Object.entries(figures).map(([figure, value]): [string, number] => [`${kind}/${name}/${figure}`, value]),
    ),
    ...slos.flatMap(({ name, budgetLeft }) =>
      budgetLeft === undefined ? [] : [[`slo/${name}/budgetLeft`, budgetLeft] as const],
    ),
  ]);

/** What held in both is the same, whatever it counted: that is in the figures. */
function findingsOf(verdict: VerdictFile): Readonly<Record<string, string>> {
  const parts = [
    ...verdict.expectations.map((part) => ({ kind: "expectation", ...part })),
    ...verdict.slos.map((part) => ({ kind: "SLO", ...part })),
    ...conditionsOf(verdict).map((part) => ({ kind: "condition", ...part })),
  ];
  return Object.fromEntries(
    parts.map(({ kind, name, verdict: came, summary }) => [
      `${kind} "${name}"`,
      came === "held" ? came : `${came}: ${summary}`,
    ]),
  );
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function differences(path: string, a: unknown, b: unknown): readonly Difference[] {
  if (isMap(a) && isMap(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differences(path === "" ? key : `${path}.${key}`, a[key], b[key]),
    );
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [sides(path, a, b)];
}

const sides = (what: string, a: unknown, b: unknown): Difference => ({
  what,
  ...(a === undefined ? {} : { a }),
  ...(b === undefined ? {} : { b }),
});
