/** Who a phrase means at this moment. */
import type { Cluster } from "../systems/types.ts";
import type { Node } from "../engine/types.ts";
import { LabError } from "../errors.ts";
import type { KillableClient } from "../load/types.ts";
import type { Random } from "../random.ts";
import type { Target } from "./who.ts";

/** Whom phrases are resolved among. */
export interface TargetContext {
  readonly clusters: readonly Cluster[];
  readonly clients: readonly KillableClient[];
  /** The address under which the clients on the host reach the nodes of a network, by the network's name. */
  readonly gateways: ReadonlyMap<string, string>;
  /** The fault's own stream. */
  readonly random: Random;
  /** Told what was left to chance, and what came of it: `a minority`, `kafka-2`. */
  readonly drew: (what: string, value: string) => void;
  /** Names for sets of nodes: `region east` means who `east` stands for. */
  readonly regions: Readonly<Record<string, Target>>;
}

export type Resolved =
  | { readonly type: "node"; readonly name: string; readonly node: Node; readonly cluster: Cluster }
  | { readonly type: "client"; readonly name: string; readonly client: KillableClient };

/** The largest number that is less than half. */
export const minoritySize = (count: number): number => Math.ceil(count / 2) - 1;
/** The smallest number that is more than half. */
export const majoritySize = (count: number): number => Math.floor(count / 2) + 1;

/**
 * The nodes and clients that a phrase means; phrases joined by commas mean all of them together.
 * @throws LabError `bad-usage` for a phrase that nobody understands, `fault-failed` when nobody answers to it now.
 */
export async function resolveTarget(target: Target, among: TargetContext): Promise<Resolved[]> {
  const phrases = target
    .split(",")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
  const meant = new Map<string, Resolved>();
  for (const phrase of phrases) for (const one of await resolvePhrase(phrase, among)) meant.set(one.name, one);
  if (meant.size > 0) return [...meant.values()];
  throw new LabError({
    code: phrases.length === 0 ? "bad-usage" : "fault-failed",
    message: `"${target}" means nobody now`,
    hint: whatThereIs(among),
  });
}

async function resolvePhrase(phrase: string, among: TargetContext): Promise<Resolved[]> {
  if (phrase === "clients") return among.clients.map(asClient);
  const clients = clientsNamed(phrase, among);
  if (clients.length > 0) return clients.map(asClient);

  if (phrase.startsWith("region ")) return ofRegion(phrase.slice("region ".length), among);
  const { clusters, rest } = splitCluster(phrase, among);
  const named = clusters.flatMap((cluster) =>
    cluster.nodes.flatMap((node) => (node.name === rest ? [asNode(node, cluster)] : [])),
  );
  if (named.length > 0) return named;
  if (rest === "all") return clusters.flatMap((cluster) => cluster.nodes.map((node) => asNode(node, cluster)));
  if (rest === "a node" || rest === "a minority" || rest === "a majority") {
    const cluster = oneOf(clusters, phrase);
    const count = cluster.nodes.length;
    const size = rest === "a node" ? 1 : rest === "a minority" ? minoritySize(count) : majoritySize(count);
    const drawn = among.random.shuffle(cluster.nodes).slice(0, size);
    among.drew(phrase, namesOf(drawn));
    return drawn.map((node) => asNode(node, cluster));
  }
  const understood: Resolved[][] = [];
  for (const cluster of clusters) {
    const { random, drawn } = noticed(among.random);
    const nodes = await cluster.resolve(rest, random);
    if (nodes === undefined) continue;
    if (drawn()) among.drew(phrase, namesOf(nodes));
    understood.push(nodes.map((node) => asNode(node, cluster)));
  }
  if (understood.length > 1) throw ambiguous(phrase, clusters);
  if (understood[0] !== undefined) return understood[0];
  throw new LabError({ code: "bad-usage", message: `nobody here is "${phrase}"`, hint: whatThereIs(among) });
}

/** Whom the scenario gives that name; else whoever sits on the network of that name. */
async function ofRegion(name: string, among: TargetContext): Promise<Resolved[]> {
  const target = Object.hasOwn(among.regions, name) ? among.regions[name] : undefined;
  // A region that named itself would have no end.
  if (target !== undefined) return resolveTarget(target, { ...among, regions: {} });
  const onNetwork = among.clusters.flatMap((cluster) =>
    cluster.nodes.filter(({ addresses }) => addresses.has(name)).map((node) => asNode(node, cluster)),
  );
  if (onNetwork.length > 0) return onNetwork;
  const names = Object.keys(among.regions);
  throw new LabError({
    code: "bad-usage",
    message: `there is no region ${name} here`,
    hint: names.length === 0 ? "a scenario names its regions" : `there is: ${names.join(", ")}`,
  });
}

const asNode = (node: Node, cluster: Cluster): Resolved => ({ type: "node", name: node.name, node, cluster });
const asClient = (client: KillableClient): Resolved => ({ type: "client", name: client.name, client });

/** `kafka: a minority` is asked of kafka alone. */
function splitCluster(
  phrase: string,
  among: TargetContext,
): { readonly clusters: readonly Cluster[]; readonly rest: string } {
  const cluster = among.clusters.find((each) => phrase.startsWith(`${each.name}:`));
  if (cluster === undefined) return { clusters: among.clusters, rest: phrase };
  return { clusters: [cluster], rest: phrase.slice(cluster.name.length + 1).trim() };
}

function oneOf(clusters: readonly Cluster[], phrase: string): Cluster {
  const [cluster, another] = clusters;
  if (cluster !== undefined && another === undefined) return cluster;
  throw ambiguous(phrase, clusters);
}

const ambiguous = (phrase: string, clusters: readonly Cluster[]): LabError =>
  new LabError({
    code: "bad-usage",
    message: `"${phrase}" could be of several clusters`,
    hint: `say which: ${clusters.map((cluster) => `"${cluster.name}: ${phrase}"`).join(" or ")}`,
  });

const namesOf = (nodes: readonly Node[]): string => nodes.map(({ name }) => name).join(", ");

/** The same stream, and whether anything was drawn from it. */
function noticed(random: Random): { readonly random: Random; readonly drawn: () => boolean } {
  let drawn = false;
  const notice = (): Random => {
    drawn = true;
    return random;
  };
  return {
    drawn: () => drawn,
    random: {
      integer: (below) => notice().integer(below),
      fraction: () => notice().fraction(),
      pick: (from) => notice().pick(from),
      shuffle: (from) => notice().shuffle(from),
      fork: (label) => notice().fork(label),
    },
  };
}

/** A client's whole name, or its first word where only one client has it: `reader-1` of `reader-1 of events`. */
function clientsNamed(phrase: string, among: TargetContext): readonly KillableClient[] {
  const whole = among.clients.filter((client) => client.name === phrase);
  if (whole.length > 0) return whole;
  const short = among.clients.filter((client) => client.name.split(" ")[0] === phrase);
  if (short.length < 2) return short;
  throw new LabError({
    code: "bad-usage",
    message: `"${phrase}" could be several clients`,
    hint: `say which: ${short.map((client) => `"${client.name}"`).join(" or ")}`,
  });
}

function whatThereIs(among: TargetContext): string {
  const nodes = among.clusters.flatMap((cluster) => cluster.nodes.map((node) => node.name));
  const clients = among.clients.map((client) => client.name);
  return `there is: ${[...nodes, ...clients, "all", "a node", "a minority", "a majority", "clients"].join(", ")}, and the roles of each cluster ("leader of TOPIC/PARTITION")`;
}
