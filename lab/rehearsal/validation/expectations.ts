/** What is wrong with expectations and assumptions: each names what must be there to be judged by. */
import type { CheckDefinition } from "../../checks/define.ts";
import { CHECKS, type CheckSpec } from "../../checks/index.ts";
import { ENOUGH_OPERATIONS } from "../../checks/recovery-search.ts";
import { planTopology, SYSTEMS, type Topology } from "../../systems/index.ts";
import { loadKinds, loadWordsOf, type LoadSpec } from "../../systems/loads.ts";
import { formatDuration } from "../../time.ts";
import { hintOf, noSuch, type Path, type Problem } from "./problems.ts";
import { says, type Script } from "./script.ts";

/** What the names of a check are looked up in. */
export interface Judged {
  readonly topology: Topology;
  readonly load: Readonly<Record<string, LoadSpec>>;
  readonly script: Script;
}

/** What a check's `of` names: a load with its whole history, a load's operations of one action, a cluster; or nothing of these. */
type Of = "history" | "operations" | "cluster" | "subject";

/** One line a check: what is not in its own definition. */
const OF: Readonly<Record<CheckSpec["check"], Of>> = {
  delivery: "history",
  set: "history",
  register: "history",
  handover: "history",
  positions: "history",
  placement: "history",
  availability: "operations",
  refused: "operations",
  recovery: "operations",
  observed: "subject",
  convergence: "cluster",
};

/** Spans of time in which nothing could happen if they were 0, and nobody would wait for if they were longer than a day. */
const SPANS = ["within", "limit", "steady"];
const LONGEST_MS = 86_400_000;

/** Without `steady`, a recovery has to last so long. Source: docs/checks.md. */
const STEADY_MS = 3_000;

/** @param part `expect` or `assume` */
export function expectationProblems(
  part: string,
  checks: Readonly<Record<string, CheckSpec>>,
  judged: Judged,
): readonly Problem[] {
  return Object.entries(checks).flatMap(([name, spec]) => {
    const path = [part, name];
    const definition = CHECKS.get(spec.check);
    if (definition === undefined) return [noSuch([...path, "check"], "check", spec.check, [...CHECKS.keys()])];
    const fields = fieldProblems(path, spec, definition);
    // What is no name, or no window, is not looked up.
    const fine = (field: string): boolean => !fields.some((problem) => problem.path.at(-1) === field);
    return [
      ...fields,
      ...(fine("of") && fine("subject") ? subjectProblems(path, spec, judged) : []),
      ...(fine("during") ? windowProblems(path, spec, judged.script) : []),
      ...(fine("of") && fine("steady") ? steadyProblems(path, spec, judged) : []),
    ];
  });
}

/** What the check's own definition says of its fields. */
function fieldProblems(path: Path, spec: CheckSpec, { fields }: CheckDefinition): readonly Problem[] {
  const given = new Map<string, unknown>(Object.entries(spec));
  const unknown = [...given.keys()].filter((field) => field !== "check" && !Object.hasOwn(fields, field));
  return [
    ...unknown.map((field) => noSuch([...path, field], "field", field, Object.keys(fields))),
    ...Object.entries(fields).flatMap(([field, { fallback, problem }]) => {
      const value = given.get(field);
      if (value === undefined && fallback !== undefined) return [];
      const wrong = problem(value) ?? spanProblem(field, value);
      return wrong === undefined ? [] : [{ path: [...path, field], ...wrong }];
    }),
  ];
}

function spanProblem(field: string, value: unknown): Pick<Problem, "what" | "hint"> | undefined {
  if (!SPANS.includes(field) || typeof value !== "number" || (value > 0 && value <= LONGEST_MS)) return undefined;
  const hint = "use a span of time that is more than nothing, and no longer than a day";
  return { what: `is ${value > 0 ? formatDuration(value) : `${value} ms`}`, hint };
}

function subjectProblems(path: Path, spec: CheckSpec, judged: Judged): readonly Problem[] {
  const { topology, load } = judged;
  if (spec.check === "observed") return observedProblems([...path, "subject"], spec.subject, judged);
  const at = [...path, "of"];
  const of = OF[spec.check];
  if (of === "cluster")
    return Object.hasOwn(topology, spec.of) ? [] : [noSuch(at, "cluster", spec.of, Object.keys(topology))];
  const dot = spec.of.indexOf(".");
  const name = dot < 0 || of === "history" ? spec.of : spec.of.slice(0, dot);
  const action = dot < 0 ? undefined : spec.of.slice(dot + 1);
  if (of === "operations" && name === "admin" && Object.values(topology).some(({ system }) => system === "kafka"))
    return action === "create-topic" ? [] : [noSuch(at, "action", spec.of, ["admin.create-topic"])];
  const loaded = Object.hasOwn(load, name) ? load[name] : undefined;
  if (loaded === undefined) return [{ ...noSuch(at, "load", name, Object.keys(load)), quoted: spec.of }];
  const known = loadWordsOf(loaded.kind);
  if (known === undefined) return [];
  if (of === "operations") return actionProblems(at, name, action, Object.keys(known.actions(loaded)));
  if (known.checks.includes(spec.check)) return [];
  const what = `judges ${JSON.stringify(name)} by ${spec.check}, which is not made for a load of ${loaded.kind}`;
  return [{ path: at, what, hint: `use check.${known.checks.join(" or check.")}`, quoted: spec.of }];
}

/** A bare name of a load means its first action, where there is only one to judge by. */
function actionProblems(
  at: Path,
  name: string,
  action: string | undefined,
  actions: readonly string[],
): readonly Problem[] {
  const all = actions.map((each) => `${name}.${each}`);
  if (action === undefined) {
    if (actions.includes("produce")) return [];
    const what = `names the load ${JSON.stringify(name)} without the action that is meant`;
    return [{ path: at, what, hint: `there is: ${all.join(", ")}`, quoted: name }];
  }
  return actions.includes(action) ? [] : [noSuch(at, "action", `${name}.${action}`, all)];
}

/** All that is watched of clusters and loads. */
export function watchedSubjects(topology: Topology, load: Readonly<Record<string, LoadSpec>>): readonly string[] {
  const nodes = planTopology(topology);
  const ofClusters = Object.entries(topology).flatMap(([cluster, spec]) => {
    const own = nodes.filter((node) => node.cluster === cluster).map(({ name }) => name);
    return (SYSTEMS.get(spec.system)?.subjects ?? []).flatMap((watched) => watched.names(cluster, spec, own));
  });
  const ofLoads = Object.entries(load).flatMap(([name, { kind }]) =>
    (loadWordsOf(kind)?.subjects ?? []).map(({ subject }) => subject.replace("LOAD", name)),
  );
  return [...ofClusters, ...ofLoads, "clusters"];
}

/** A subject that nobody watches and the script does not observe. */
export function observedProblems(path: Path, subject: string, { topology, load, script }: Judged): readonly Problem[] {
  if (says(script.observed, subject)) return [];
  const watched = watchedSubjects(topology, load);
  if (script.grows || watched.includes(subject)) return [];
  const all = [...watched, ...script.observed.names];
  // Of many partitions one shows the form.
  const shown = all.filter((name) => !/\/[1-9]\d*$/.test(name));
  const hint = hintOf(subject, shown);
  return [{ path, what: `names ${JSON.stringify(subject)}, which nobody observes`, hint, quoted: subject }];
}

function windowProblems(path: Path, spec: CheckSpec, { steps }: Script): readonly Problem[] {
  const during = "during" in spec ? spec.during : undefined;
  if (during === undefined) return [];
  if (!("step" in during)) return [];
  if (says(steps, during.step)) return [];
  return [noSuch([...path, "during", "step"], "step", during.step, steps.names)];
}

/** A recovery is to be seen lasting: enough operations have to be intended within what it calls steady. */
function steadyProblems(path: Path, spec: CheckSpec, { load }: Judged): readonly Problem[] {
  if (spec.check !== "recovery") return [];
  const [name = "", action = "produce"] = spec.of.split(".");
  const loaded = Object.hasOwn(load, name) ? load[name] : undefined;
  const kind = loadKinds.find((each) => each.kind === loaded?.kind);
  if (loaded === undefined || kind === undefined) return [];
  const share = loadWordsOf(loaded.kind)?.actions(loaded)[action] ?? 0;
  const rate = kind.pace(loaded).perSecond * share;
  const steadyMs = spec.steady ?? STEADY_MS;
  // The first of them begins it. A little less than a whole number is one that was divided.
  const intended = Math.floor((rate * steadyMs) / 1_000 + 1e-6) + 1;
  if (!(rate > 0) || intended >= ENOUGH_OPERATIONS) return [];
  const needs = Math.ceil((ENOUGH_OPERATIONS - 1) / rate);
  return [
    {
      path: [...path, "steady"],
      what: `is ${formatDuration(steadyMs)}, in which ${intended} operation${intended === 1 ? " is" : "s are"} intended at the rate of ${spec.of}: too few to show that it recovered`,
      hint: `use steady: seconds(${needs}) or more, or a higher rate: it takes ${ENOUGH_OPERATIONS} operations`,
      quoted: "steady",
    },
  ];
}
