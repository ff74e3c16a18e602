/**
 * Whether a scenario can be meant, asked before anything starts: every name that it uses exists, every number is one,
 * and all of it still holds after each mutant's change. All problems are told at once.
 */
import { FAULT_METHODS } from "../../faults/registry.ts";
import type { Scenario } from "../scenario.ts";
import { topologyProblems } from "./clusters.ts";
import { expectationProblems, observedProblems, type Judged } from "./expectations.ts";
import { loadWordsOf } from "../../systems/loads.ts";
import { loadProblems } from "./loads.ts";
import { mutantsOf, violatesProblems } from "./mutants.ts";
import { castOf, targetProblems } from "./phrases.ts";
import { beside, hintOf, noSuch, type Path, type Problem } from "./problems.ts";
import { shapeProblems } from "./shape.ts";
import type { Project } from "./project.ts";
import { readScript, type Script, type Source } from "./script.ts";

export interface ValidationContext {
  readonly project: Project;
  /** The texts that the scenario is written in; without them nothing is asked about its script. */
  readonly sources?: readonly Source[];
}

/**
 * All that is wrong with a scenario and its mutants, in the order in which it is written. Pure: what it knows of the
 * project is in `context`. What holds of the scenario itself is not told again of its mutants.
 */
export function validateScenario(scenario: Scenario, { project, sources = [] }: ValidationContext): readonly Problem[] {
  // Nothing else can be asked of what has not the shape of a scenario.
  const ofShape = shapeProblems(scenario);
  if (ofShape.length > 0) return ofShape;
  const script = readScript(sources);
  const own = problemsOf(scenario, project, script);
  const known = new Set(own.map(keyOf));
  const ofMutants = mutantsOf(scenario).flatMap((mutant) =>
    "problems" in mutant
      ? mutant.problems
      : problemsOf(mutant.scenario, project, script)
          .filter((problem) => !known.has(keyOf(problem)))
          .map((problem) => ({ ...problem, mutant: mutant.name })),
  );
  return [...own, ...ofMutants, ...violatesProblems(scenario)];
}

const keyOf = ({ path, what }: Problem): string => JSON.stringify([path, what]);

function problemsOf(scenario: Scenario, project: Project, script: Script): readonly Problem[] {
  // Nothing else can be asked of what has not the shape of a scenario.
  const ofShape = shapeProblems(scenario);
  if (ofShape.length > 0) return ofShape;
  const { topology, load, settings, expect, assume = {} } = scenario;
  const numbers = [
    ...numberProblems(["topology"], topology, "0 or more"),
    ...numberProblems(["load"], load, "0 or more"),
    ...numberProblems(["settings"], settings, "finite"),
  ];
  // A number that is none would only be told again by what holds it.
  const ofClusters = keep(topologyProblems(topology), numbers);
  const ofLoads = keep(
    beside([...numbers, ...ofClusters], () => loadProblems(load, topology, project)),
    numbers,
  );
  const data = [...numbers, ...ofClusters, ...ofLoads];
  // What is judged and broken is looked up in the topology, so that has to stand first.
  if (ofClusters.length > 0) return data;
  const judged: Judged = { topology, load, script };
  const parts: readonly (() => readonly Problem[])[] = [
    () => regionProblems(scenario),
    () => faultProblems(scenario, script),
    () => expectationProblems("assume", assume, judged),
    () => expectationProblems("expect", expect, judged),
    () => sloProblems(scenario, project),
    () => scriptProblems(scenario, script, judged),
  ];
  return [...data, ...parts.flatMap((part) => beside(data, part))];
}

const keep = (problems: readonly Problem[], told: readonly Problem[]): readonly Problem[] =>
  problems.filter(({ path }) => !told.some((other) => startsWith(other.path, path) || startsWith(path, other.path)));

const startsWith = (path: Path, beginning: Path): boolean =>
  beginning.length > 1 && beginning.every((part, place) => path[place] === part);

/** Numbers that no JSON can hold, and negative ones where there is nothing below zero. */
function numberProblems(path: Path, value: unknown, wanted: "finite" | "0 or more"): readonly Problem[] {
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, inside]) => numberProblems([...path, key], inside, wanted));
  if (typeof value !== "number" || (Number.isFinite(value) && (wanted === "finite" || value >= 0))) return [];
  return [
    { path, what: `is ${value}`, hint: wanted === "finite" ? "use a finite number" : "use a finite number, 0 or more" },
  ];
}

function regionProblems(scenario: Scenario): readonly Problem[] {
  const { regions = {} } = scenario;
  // A region is made of nodes: another region in it, or clients, would have no place.
  const cast = { ...castOf(scenario), clients: [], regions: [] };
  return Object.entries(regions).flatMap(([name, target]) => {
    const path = ["regions", name];
    if (/^(clients|others)$/.test(target.trim()))
      return [
        {
          path,
          what: `is ${JSON.stringify(target)}, and a region is made of nodes`,
          hint: 'name nodes: "kafka-1, kafka-2"',
        },
      ];
    return targetProblems(path, target, cast);
  });
}

/** Faults of kinds that there are, and with the tools that they need, which are made before a rehearsal starts. */
function faultProblems({ tools = [] }: Scenario, { faults }: Script): readonly Problem[] {
  const all: readonly string[] = [...new Set(Object.values(FAULT_METHODS).flatMap((kind) => kind.tools))];
  const methods = [...Object.keys(FAULT_METHODS), "inject"];
  // Of a fault that is held under the same name.
  const ofOne = ["heal", "receipt"];
  const unknown = tools.filter((tool) => !all.includes(tool));
  return [
    ...unknown.map((tool) => noSuch(["tools"], "tool", tool, all)),
    ...faults.flatMap((fault): readonly Problem[] => {
      const quoted = `fault.${fault}`;
      if (ofOne.includes(fault)) return [];
      if (!methods.includes(fault)) return [{ ...noSuch(["run"], "kind of fault", fault, methods), quoted }];
      const missing = (FAULT_METHODS[fault]?.tools ?? []).filter((tool) => !tools.some((given) => given === tool));
      const what = `do not have what fault.${fault} needs`;
      return missing.length === 0 ? [] : [{ path: ["tools"], what, hint: `tools: ${JSON.stringify(missing)}`, quoted }];
    }),
  ];
}

function sloProblems({ slos, load }: Scenario, project: Project): readonly Problem[] {
  const names = [...project.slos.keys()];
  const doubled = slos.filter((name, place) => slos.indexOf(name) !== place);
  const twice = doubled.map((name) => ({
    path: ["slos"],
    what: `name ${JSON.stringify(name)} twice`,
    hint: "name it once",
    quoted: name,
  }));
  const each = [...new Set(slos)].flatMap((name): readonly Problem[] => {
    const path = ["slos"];
    const slo = project.slos.get(name);
    if (slo === undefined) return [noSuch(path, "SLO", name, names)];
    if ("broken" in slo)
      return [{ path, what: `name ${JSON.stringify(name)}: ${slo.broken}`, hint: "docs/slos.md", quoted: name }];
    const needs = [...new Map(slo.map((need) => [`${need.load}.${need.action ?? ""}`, need])).values()];
    return needs.flatMap((need) => {
      const loaded = Object.hasOwn(load, need.load) ? load[need.load] : undefined;
      const said = { path, quoted: name };
      if (loaded === undefined) {
        const what = `name ${JSON.stringify(name)}, which measures the load ${JSON.stringify(need.load)}, which is not there`;
        return [{ ...said, what, hint: hintOf(need.load, Object.keys(load)) }];
      }
      const actions = Object.keys(loadWordsOf(loaded.kind)?.actions(loaded) ?? {});
      if (need.action === undefined || actions.includes(need.action)) return [];
      const what = `name ${JSON.stringify(name)}, which measures ${need.load}.${need.action}, and a load of ${loaded.kind} does no such thing`;
      return [{ ...said, what, hint: hintOf(need.action, actions) }];
    });
  });
  return [...twice, ...each];
}

/** Phrases and subjects that the script writes out. */
function scriptProblems(scenario: Scenario, script: Script, judged: Judged): readonly Problem[] {
  const loads = Object.keys(scenario.load);
  const ofLoads = script.loads
    .filter((name) => !loads.includes(name))
    .map((name) => ({ ...noSuch(["run"], "load", name, loads), quoted: `load.${name}` }));
  if (script.grows) return ofLoads;
  const cast = castOf(scenario);
  return [
    ...ofLoads,
    ...script.targets.flatMap((target) => targetProblems(["run"], target, cast)),
    ...script.awaited.flatMap((subject) => observedProblems(["run"], subject, judged)),
  ];
}
