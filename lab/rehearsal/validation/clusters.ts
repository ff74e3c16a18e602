/** What is wrong with a topology: clusters' names, what they say of themselves, and whom they need. */
import { LabError, messageOf } from "../../errors.ts";
import type { Reference } from "../../systems/define.ts";
import { planTopology, SYSTEMS, type ClusterSpec, type Topology } from "../../systems/index.ts";
import { beside, hintOf, noSuch, type Path, type Problem } from "./problems.ts";

/** Names that mean something else: in a script's stage, in phrases, in the journal, or to the language itself. */
const RESERVED = [
  ...["load", "fault", "random", "settings", "step", "waitFor", "observe"],
  ...["all", "clients", "others", "region", "admin", "clusters"],
  ...["then", "constructor", "prototype", "__proto__", "toString", "valueOf", "hasOwnProperty"],
];

/** Clusters name hosts, and loads name groups and files. */
const PLAIN_NAME = /^[a-z][a-z0-9-]{0,39}$/;

/** What keeps a name from being a cluster's or a load's. */
export function nameProblems(path: Path, kind: "cluster" | "load", name: string): readonly Problem[] {
  if (RESERVED.includes(name)) {
    const hint = `the lab uses that name itself; choose another, such as "${kind === "cluster" ? "kafka" : "events"}"`;
    return [{ path, what: `${JSON.stringify(name)} cannot name a ${kind}`, hint, quoted: name }];
  }
  if (PLAIN_NAME.test(name) || (kind === "load" && /^[a-z][a-zA-Z0-9_-]{0,39}$/.test(name))) return [];
  const hint = `begin with a small letter; then small letters, digits and hyphens, 40 in all`;
  return [{ path, what: `${JSON.stringify(name)} cannot name a ${kind}`, hint, quoted: name }];
}

export function topologyProblems(topology: Topology): readonly Problem[] {
  const names = Object.keys(topology);
  if (names.length === 0)
    return [{ path: ["topology"], what: "has no cluster", hint: "topology: { kafka: kafkaCluster({ … }) }" }];
  const problems = Object.entries(topology).flatMap(([name, spec]) => {
    const path = ["topology", name];
    return [...nameProblems(path, "cluster", name), ...clusterProblems(path, spec, topology)];
  });
  // What is wrong already would only be told again, less clearly.
  return problems.length > 0 ? problems : caught(["topology"], () => planTopology(topology));
}

function clusterProblems(path: Path, spec: ClusterSpec, topology: Topology): readonly Problem[] {
  const system = SYSTEMS.get(spec.system);
  if (system === undefined) return [noSuch([...path, "system"], "system", spec.system, [...SYSTEMS.keys()])];
  const own = system.spec.problems(spec).map(({ field, what, hint }): Problem => ({
    path: [...path, ...field.split(".")],
    what,
    hint,
  }));
  return [...own, ...beside(own, () => neededProblems(path, system.refers(spec), topology))];
}

const neededProblems = (path: Path, needed: readonly Reference[], topology: Topology): readonly Problem[] =>
  needed.flatMap(({ field, name, system: of }): readonly Problem[] => {
    const fitting = Object.keys(topology).filter((each) => of === undefined || topology[each]?.system === of);
    if (fitting.includes(name)) return [];
    const at = [...path, ...field];
    if (!Object.hasOwn(topology, name)) return [noSuch(at, "cluster", name, fitting)];
    const what = `names ${JSON.stringify(name)}, which is no ${of ?? ""} cluster`;
    return [{ path: at, what, hint: hintOf(name, fitting), quoted: name }];
  });

/** The problem that a check of one thing throws, if it does. */
export function caught(path: Path, check: () => unknown): readonly Problem[] {
  try {
    check();
    return [];
  } catch (error) {
    const hint = error instanceof LabError ? error.hint : undefined;
    const [, builder, field = "", what = ""] = /^(\w+): ([\w.-]+) (.+)$/s.exec(messageOf(error)) ?? [];
    const inner =
      builder === undefined ? { path, what: messageOf(error) } : { path: [...path, ...field.split(".")], what };
    return [{ ...inner, hint: hint ?? "docs/write-a-scenario.md shows what there is" }];
  }
}
