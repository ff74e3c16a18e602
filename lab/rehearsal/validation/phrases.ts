/** Whom a phrase of a fault may mean, as far as it can be known before anything runs. */
import { planTopology, SYSTEMS, type AnySpec, type System, type Topology } from "../../systems/index.ts";
import { loadWordsOf, type LoadSpec } from "../../systems/loads.ts";
import { hintOf, nearest, type Path, type Problem } from "./problems.ts";

/** What phrases are understood by. */
export interface Cast {
  readonly topology: Topology;
  /** Nodes by name, and the cluster of each. */
  readonly nodes: ReadonlyMap<string, string>;
  readonly clients: readonly string[];
  readonly regions: readonly string[];
}

export interface Played {
  readonly topology: Topology;
  readonly load: Readonly<Record<string, LoadSpec>>;
  readonly regions?: Readonly<Record<string, string>>;
}

/** @throws LabError when the topology cannot be planned */
export function castOf({ topology, load, regions = {} }: Played): Cast {
  const clients = Object.entries(load).flatMap(([name, spec]) =>
    (loadWordsOf(spec.kind)?.clients(spec) ?? []).flatMap((client) => [client, `${client} of ${name}`]),
  );
  const nodes = new Map(planTopology(topology).map(({ name, cluster }) => [name, cluster]));
  return { topology, nodes, clients, regions: Object.keys(regions) };
}

/** Phrases that mean nodes of any cluster. */
export const COMMON_PHRASES: readonly { readonly phrase: string; readonly means: string }[] = [
  { phrase: "NODE", means: "that node: `kafka-1`, `zookeeper-2`, `clickhouse-1-1`, `minio-3`, `spark-master`" },
  { phrase: "all", means: "every node" },
  { phrase: "a node", means: "one node, chosen by the run's seed" },
  { phrase: "a minority, a majority", means: "the most nodes that are less than half; the fewest that are more" },
  { phrase: "region NAME", means: "the nodes of a region that the scenario names" },
  { phrase: "CLIENT, CLIENT of LOAD", means: "a client of a load that is a process of its own: `reader-1 of events`" },
  { phrase: "clients", means: "in links: all clients on the host" },
  { phrase: "others", means: "in links: every node that is not on the other side" },
];

/** Mean some nodes of a cluster, whatever its system. */
const OF_EVERY_CLUSTER = ["all", "a node", "a minority", "a majority"];

/** What is wrong with a target: several phrases joined by commas. Whoever answers to a role is only known by running. */
export function targetProblems(path: Path, target: string, cast: Cast): readonly Problem[] {
  const phrases = target
    .split(",")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
  if (phrases.length === 0)
    return [{ path, what: "means nobody", hint: 'name nodes: "kafka-1, kafka-2", or "kafka: all"', quoted: target }];
  return phrases.flatMap((phrase) => {
    const wrong = wrongWith(phrase, cast);
    return wrong === undefined ? [] : [{ path, quoted: target, ...wrong }];
  });
}

function wrongWith(phrase: string, cast: Cast): Pick<Problem, "what" | "hint"> | undefined {
  const { topology, nodes, clients, regions } = cast;
  if (phrase === "clients" || phrase === "others" || clients.includes(phrase)) return undefined;
  if (phrase.startsWith("region ")) {
    const name = phrase.slice("region ".length);
    if (regions.includes(name)) return undefined;
    return { what: `names the region ${JSON.stringify(name)}, which is not there`, hint: hintOf(name, regions) };
  }
  const cluster = Object.keys(topology).find((name) => phrase.startsWith(`${name}:`));
  const asked = cluster === undefined ? Object.keys(topology) : [cluster];
  const rest = cluster === undefined ? phrase : phrase.slice(cluster.length + 1).trim();
  const of = nodes.get(rest);
  if (of !== undefined && asked.includes(of)) return undefined;
  if (OF_EVERY_CLUSTER.includes(rest)) {
    if (asked.length === 1 || rest === "all") return undefined;
    const hint = `say which: ${asked.map((name) => JSON.stringify(`${name}: ${rest}`)).join(" or ")}`;
    return { what: `says ${JSON.stringify(rest)}, which could be of several clusters`, hint };
  }
  const understood = asked.flatMap((name) => {
    const spec = topology[name];
    if (spec === undefined) return [];
    return phrasesOfSystem(spec).flatMap((words) => {
      const match = words.form.exec(rest);
      return match === null ? [] : [words.wrong?.(match.groups ?? {}, spec)];
    });
  });
  if (understood.includes(undefined)) return undefined;
  const [first] = understood;
  if (first !== undefined)
    return { what: `says ${JSON.stringify(phrase)}, but ${first}`, hint: phrasesOf(asked, topology) };
  const meant = nearest(rest, [...nodes.keys(), ...clients, ...OF_EVERY_CLUSTER]);
  const hint = `${meant === undefined ? "" : `did you mean ${JSON.stringify(meant)}? `}${phrasesOf(asked, topology)}`;
  return { what: `says ${JSON.stringify(phrase)}, which nobody here is`, hint };
}

const phrasesOfSystem = (spec: AnySpec | undefined): System["phrases"] =>
  SYSTEMS.get(spec?.system ?? "")?.phrases ?? [];

function phrasesOf(clusters: readonly string[], topology: Topology): string {
  const own = clusters.flatMap((name) => phrasesOfSystem(topology[name]).map(({ phrase }) => phrase));
  return `understood are names of nodes and clients, ${[...OF_EVERY_CLUSTER, ...new Set(own)].join(", ")}`;
}
