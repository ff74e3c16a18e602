/** What is wrong with loads: their names, what they say of themselves, and where they go. */
import type { Needed } from "../../load/define-load.ts";
import type { ClusterSpec, Topology } from "../../systems/index.ts";
import { loadKinds, type LoadSpec } from "../../systems/loads.ts";
import { nameProblems } from "./clusters.ts";
import { beside, hintOf, noSuch, type Path, type Problem } from "./problems.ts";
import type { Project } from "./project.ts";

export function loadProblems(
  load: Readonly<Record<string, LoadSpec>>,
  topology: Topology,
  project: Project,
): readonly Problem[] {
  return Object.entries(load).flatMap(([name, spec]) => {
    const path = ["load", name];
    const kind = loadKinds.find((each) => each.kind === spec.kind);
    if (kind === undefined)
      return [
        noSuch(
          [...path, "kind"],
          "kind of load",
          spec.kind,
          loadKinds.map((each) => each.kind),
        ),
      ];
    const own = kind
      .problems(spec)
      .map(({ field, what, hint }) => ({ path: [...path, ...field.split(".")], what, hint }));
    // What cannot be read as a place is not looked up.
    const isTold = (place: Path): boolean => own.some((problem) => problem.path.join(".") === place.join("."));
    const needed = beside(own, () =>
      kind.needs(spec).flatMap((need) => {
        const place = [...path, fieldOf(need, spec)];
        return isTold(place) ? [] : needProblems(place, need, topology, project);
      }),
    );
    const ofQuorum = beside(own, () => quorumProblems(path, spec, topology));
    return [...nameProblems(path, "load", name), ...own, ...needed, ...ofQuorum];
  });
}

/** The field of a spec that says what is needed: `to`, unless another names that cluster. */
function fieldOf({ cluster, name }: Needed, spec: LoadSpec): string {
  const place = name === undefined ? cluster : `${cluster}.${name}`;
  if (spec.to === place) return "to";
  return Object.entries(spec).find(([, value]) => value === place)?.[0] ?? "to";
}

function needProblems(path: Path, need: Needed, topology: Topology, project: Project): readonly Problem[] {
  const { cluster, system, what, name } = need;
  const quoted = name === undefined ? cluster : `${cluster}.${name}`;
  const fitting = Object.keys(topology).filter((each) => topology[each]?.system === system);
  const spec = Object.hasOwn(topology, cluster) ? topology[cluster] : undefined;
  if (spec === undefined) return [{ ...noSuch(path, "cluster", cluster, fitting), quoted }];
  if (spec.system !== system) {
    const told = `goes to ${JSON.stringify(cluster)}, which is a ${spec.system} cluster and no ${system}`;
    return [{ path, what: told, hint: hintOf(cluster, fitting), quoted }];
  }
  const held = heldBy(spec, project);
  if (name === undefined || held === undefined || held.includes(name)) return [];
  return [{ ...noSuch(path, what ?? "place", name, held), quoted }];
}

/** The names of what a cluster holds that loads use; undefined: they are not known. */
function heldBy(spec: ClusterSpec, project: Project): readonly string[] | undefined {
  switch (spec.system) {
    case "kafka":
      return Object.keys(spec.topics);
    case "clickhouse":
      return project.tables(spec.schema);
    case "minio":
      return project.buckets(spec.schema);
    default:
      return undefined;
  }
}

function quorumProblems(path: Path, spec: LoadSpec, topology: Topology): readonly Problem[] {
  if (spec.kind !== "rows") return [];
  const cluster = topology[spec.to.split(".")[0] ?? ""];
  if (cluster?.system !== "clickhouse" || spec.quorum <= cluster.replicas) return [];
  return [
    {
      path: [...path, "quorum"],
      what: `is ${spec.quorum}, and a shard has ${cluster.replicas} replica${cluster.replicas === 1 ? "" : "s"}: no block could be acknowledged`,
      hint: `use 0 to ${cluster.replicas}`,
    },
  ];
}
