/** Who a phrase means at this moment. */
import type { Cluster } from "../systems/types.ts";
import type { Node } from "../engine/types.ts";
import { LabError } from "../errors.ts";
import type { KillableClient } from "../load/types.ts";
import type { Random } from "../random.ts";
import { bothWays, linksOfShape, type Link } from "./shapes.ts";
import type { Cut, FaultSpec, Target } from "./types.ts";

/** Whom phrases are resolved among. */
export interface Surroundings {
  readonly clusters: readonly Cluster[];
  readonly clients: readonly KillableClient[];
  /** The address under which the clients on the host reach the nodes. */
  readonly gateway: string;
  readonly random: Random;
  /** Names for sets of nodes: `region east` means who `east` stands for. */
  readonly regions: Readonly<Record<string, Target>>;
}

export type Meant =
  | { readonly type: "node"; readonly name: string; readonly node: Node; readonly cluster: Cluster }
  | { readonly type: "client"; readonly name: string; readonly client: KillableClient };

/** One end of a link. All clients on the host are one end: they share the gateway's address. */
export interface End {
  readonly name: string;
  readonly address: string;
}

/** A fault of nodes or clients, one by one. */
export type TargetSpec = Extract<FaultSpec, { target: Target }>;
export type NetworkSpec = Exclude<FaultSpec, TargetSpec>;

/** The largest number that is less than half. */
export const minoritySize = (count: number): number => Math.ceil(count / 2) - 1;
/** The smallest number that is more than half. */
export const majoritySize = (count: number): number => Math.floor(count / 2) + 1;

/**
 * The nodes and clients that a phrase means; phrases joined by commas mean all of them together.
 * @throws LabError `bad-usage` for a phrase that nobody understands, `fault-failed` when nobody answers to it now.
 */
export async function resolveTarget(target: Target, among: Surroundings): Promise<Meant[]> {
  const phrases = target
    .split(",")
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase !== "");
  const meant = new Map<string, Meant>();
  for (const phrase of phrases) for (const one of await resolvePhrase(phrase, among)) meant.set(one.name, one);
  if (meant.size > 0) return [...meant.values()];
  throw new LabError({
    code: phrases.length === 0 ? "bad-usage" : "fault-failed",
    message: `"${target}" means nobody now`,
    hint: whatThereIs(among),
  });
}

async function resolvePhrase(phrase: string, among: Surroundings): Promise<Meant[]> {
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
    return among.random
      .shuffle(cluster.nodes)
      .slice(0, size)
      .map((node) => asNode(node, cluster));
  }
  const understood: Meant[][] = [];
  for (const cluster of clusters) {
    const nodes = await cluster.resolve(rest, among.random);
    if (nodes !== undefined) understood.push(nodes.map((node) => asNode(node, cluster)));
  }
  if (understood.length > 1) throw ambiguous(phrase, clusters);
  if (understood[0] !== undefined) return understood[0];
  throw new LabError({ code: "bad-usage", message: `nobody here is "${phrase}"`, hint: whatThereIs(among) });
}

function ofRegion(name: string, among: Surroundings): Promise<Meant[]> {
  const target = Object.hasOwn(among.regions, name) ? among.regions[name] : undefined;
  const names = Object.keys(among.regions);
  // A region that named itself would have no end.
  if (target !== undefined) return resolveTarget(target, { ...among, regions: {} });
  throw new LabError({
    code: "bad-usage",
    message: `there is no region ${name} here`,
    hint: names.length === 0 ? "a scenario names its regions" : `there is: ${names.join(", ")}`,
  });
}

const asNode = (node: Node, cluster: Cluster): Meant => ({ type: "node", name: node.name, node, cluster });
const asClient = (client: KillableClient): Meant => ({ type: "client", name: client.name, client });

/** `kafka: a minority` is asked of kafka alone. */
function splitCluster(
  phrase: string,
  among: Surroundings,
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

/** A client's whole name, or its first word where only one client has it: `reader-1` of `reader-1 of events`. */
function clientsNamed(phrase: string, among: Surroundings): readonly KillableClient[] {
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

function whatThereIs(among: Surroundings): string {
  const nodes = among.clusters.flatMap((cluster) => cluster.nodes.map((node) => node.name));
  const clients = among.clients.map((client) => client.name);
  return `there is: ${[...nodes, ...clients, "all", "a node", "a minority", "a majority", "clients"].join(", ")}, and the roles of each cluster ("leader of TOPIC/PARTITION")`;
}

/** What a network fault cuts: whom its phrases meant, and the directed links between them. */
export interface ResolvedLinks {
  readonly targets: readonly string[];
  readonly links: readonly Link<End>[];
}

/**
 * @throws LabError as `resolveTarget`; `bad-usage` when no link is left, or for one client alone.
 */
export async function resolveLinks(spec: NetworkSpec, among: Surroundings): Promise<ResolvedLinks> {
  const resolved =
    "shape" in spec
      ? ofShape(spec, among)
      : "isolate" in spec
        ? await ofIsolation(spec.isolate, spec.clients === true, among)
        : await ofCuts(spec.cuts, among);
  const links = new Map<string, Link<End>>();
  for (const link of resolved.links) {
    if (link.from.address !== link.to.address) links.set(`${link.from.address}>${link.to.address}`, link);
  }
  if (links.size > 0) return { targets: [...new Set(resolved.targets)], links: [...links.values()] };
  throw new LabError({ code: "bad-usage", message: `a ${spec.kind} of no link: both ends are the same` });
}

function ofShape(spec: Extract<NetworkSpec, { shape: unknown }>, among: Surroundings): ResolvedLinks {
  const cluster = among.clusters.find((each) => each.name === spec.cluster);
  if (cluster === undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `there is no cluster ${spec.cluster}`,
      hint: `there is: ${among.clusters.map((each) => each.name).join(", ")}`,
    });
  }
  const ends = among.random.shuffle(cluster.nodes).map(endOf);
  return { targets: cluster.nodes.map((node) => node.name), links: linksOfShape(spec.shape, ends) };
}

async function ofIsolation(target: Target, clientsToo: boolean, among: Surroundings): Promise<ResolvedLinks> {
  const inside = await endsOf(target, among);
  const others = [...outside(inside, among), ...(clientsToo ? [clientsEnd(among)] : [])];
  return { targets: namesOf(inside), links: bothWays(inside, others) };
}

async function ofCuts(cuts: readonly Cut[], among: Surroundings): Promise<ResolvedLinks> {
  const targets: string[] = [];
  const links: Link<End>[] = [];
  for (const cut of cuts) {
    const from = await endsOf(cut.from, among);
    const to = cut.to === "others" ? outside(from, among) : await endsOf(cut.to, among);
    targets.push(...namesOf(from), ...namesOf(to));
    links.push(
      ...(cut.bothWays === false
        ? from.flatMap((one) => to.map((other) => ({ from: one, to: other })))
        : bothWays(from, to)),
    );
  }
  return { targets, links };
}

const endOf = (node: Node): End => ({ name: node.name, address: node.address });
const clientsEnd = (among: Surroundings): End => ({ name: "clients", address: among.gateway });
const namesOf = (ends: readonly End[]): string[] => ends.map((end) => end.name);

/** Every node of the run that is not inside. */
const outside = (inside: readonly End[], among: Surroundings): End[] =>
  among.clusters
    .flatMap((cluster) => cluster.nodes.map(endOf))
    .filter((end) => !inside.some((each) => each.address === end.address));

async function endsOf(target: Target, among: Surroundings): Promise<End[]> {
  const phrases = target.split(",").map((phrase) => phrase.trim());
  const others = phrases.filter((phrase) => phrase !== "clients");
  const clients = others.length < phrases.length ? [clientsEnd(among)] : [];
  if (others.length === 0) return clients;
  const meant = await resolveTarget(others.join(", "), among);
  return [
    ...clients,
    ...meant.map((one) => {
      if (one.type === "node") return endOf(one.node);
      throw new LabError({
        code: "bad-usage",
        message: `${one.name} can not be cut off alone: all clients on the host share one address`,
        hint: 'cut off all of them ("clients"), or kill this one',
      });
    }),
  ];
}

/** Links for people: `kafka-1 ⇄ kafka-2` where both ways are meant, `kafka-1 → kafka-2` where one is. */
export function describeLinks(links: readonly Link<End>[]): string[] {
  const keys = new Set(links.map((link) => `${link.from.name}>${link.to.name}`));
  const said = new Set<string>();
  for (const { from, to } of links) {
    if (!keys.has(`${to.name}>${from.name}`)) said.add(`${from.name} → ${to.name}`);
    else if (!said.has(`${to.name} ⇄ ${from.name}`)) said.add(`${from.name} ⇄ ${to.name}`);
  }
  return [...said];
}
