/** Which links a network fault means at this moment: pairs of addresses, a pair for each network that two nodes share. */
import type { Node } from "../engine/types.ts";
import { LabError } from "../errors.ts";
import type { LinkSelector } from "./links.ts";
import { resolveTarget, type TargetContext } from "./resolve.ts";
import { bothWays, linksOfShape, type Link, type Shape } from "./shapes.ts";
import type { Target } from "./who.ts";

/** One end of a link. All clients on the host are one end: they share the network's gateway. */
export interface End {
  readonly name: string;
  readonly address: string;
}

/** Whom a network fault's phrases meant, and the directed links between them. */
export interface ResolvedLinks {
  readonly targets: readonly string[];
  readonly links: readonly Link<End>[];
}

/** What a network fault means, by what it says. */
export type LinkSpec =
  | { readonly links: readonly LinkSelector[] }
  | { readonly isolate: Target; readonly clients?: true }
  | { readonly shape: Shape; readonly cluster: string };

/** A node or the clients, with an address on each of its networks. */
interface Place {
  readonly name: string;
  /** By network. The first is the one over which clients on the host reach it. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly clients: boolean;
}

/**
 * @throws LabError as `resolveTarget`; `bad-usage` when no link is left, or for one client alone.
 */
export async function resolveLinks(kind: string, spec: LinkSpec, among: TargetContext): Promise<ResolvedLinks> {
  const resolved =
    "shape" in spec
      ? ofShape(spec.shape, spec.cluster, among)
      : "isolate" in spec
        ? await ofIsolation(spec.isolate, spec.clients === true, among)
        : await ofSelectors(spec.links, among);
  const links = new Map<string, Link<End>>();
  for (const link of resolved.links) links.set(`${link.from.address}>${link.to.address}`, link);
  if (links.size > 0) return { targets: [...new Set(resolved.targets)], links: [...links.values()] };
  throw new LabError({
    code: "bad-usage",
    message: `a ${kind} of no link: both ends are the same, or share no network`,
    hint: "name two sides that reach each other",
  });
}

function ofShape(shape: Shape, name: string, among: TargetContext): ResolvedLinks {
  const cluster = among.clusters.find((each) => each.name === name);
  if (cluster === undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `there is no cluster ${name}`,
      hint: `there is: ${among.clusters.map((each) => each.name).join(", ")}`,
    });
  }
  const places = among.random.shuffle(cluster.nodes).map(placeOf);
  among.drew(`${shape} of ${name}`, namesOf(places).join(", "));
  return {
    targets: cluster.nodes.map((node) => node.name),
    links: linksOfShape(shape, places).flatMap(({ from, to }) => onSharedNetworks(from, to)),
  };
}

async function ofIsolation(target: Target, clientsToo: boolean, among: TargetContext): Promise<ResolvedLinks> {
  const inside = await placesOf(target, among);
  const others = [...outside(inside, among), ...(clientsToo ? [clientsPlace(among)] : [])];
  return { targets: namesOf(inside), links: both(inside, others) };
}

async function ofSelectors(selectors: readonly LinkSelector[], among: TargetContext): Promise<ResolvedLinks> {
  const targets: string[] = [];
  const links: Link<End>[] = [];
  for (const selector of selectors) {
    mustBeNetwork(selector.over, among);
    const from = await placesOf(selector.from, among);
    const to = selector.to === "others" ? outside(from, among) : await placesOf(selector.to, among);
    targets.push(...namesOf(from), ...namesOf(to));
    links.push(
      ...(selector.bothWays === false
        ? from.flatMap((one) => to.flatMap((other) => onSharedNetworks(one, other, selector.over)))
        : both(from, to, selector.over)),
    );
  }
  return { targets, links };
}

/** The links from one to the other, one for each network that both sit on. */
function onSharedNetworks(from: Place, to: Place, over?: string): Link<End>[] {
  if (from.name === to.name) return [];
  // A published port leads over the first of a node's networks.
  const node = from.clients ? to : from;
  const shared = from.clients || to.clients ? [...node.addresses.keys()].slice(0, 1) : [...from.addresses.keys()];
  return shared.flatMap((network) => {
    const [one, other] = [from.addresses.get(network), to.addresses.get(network)];
    if (one === undefined || other === undefined || (over !== undefined && network !== over)) return [];
    return [{ from: { name: from.name, address: one }, to: { name: to.name, address: other } }];
  });
}

const both = (some: readonly Place[], others: readonly Place[], over?: string): Link<End>[] =>
  bothWays(some, others).flatMap(({ from, to }) => onSharedNetworks(from, to, over));

const placeOf = (node: Node): Place => ({ name: node.name, addresses: node.addresses, clients: false });
const clientsPlace = ({ gateways }: TargetContext): Place => ({ name: "clients", addresses: gateways, clients: true });
const namesOf = (places: readonly Place[]): string[] => places.map(({ name }) => name);

/** Every node of the run that is not inside. */
const outside = (inside: readonly Place[], { clusters }: TargetContext): Place[] =>
  clusters
    .flatMap((cluster) => cluster.nodes.map(placeOf))
    .filter(({ name }) => !inside.some((each) => each.name === name));

function mustBeNetwork(name: string | undefined, { gateways }: TargetContext): void {
  if (name === undefined || gateways.has(name)) return;
  throw new LabError({
    code: "bad-usage",
    message: `there is no network ${name}`,
    hint: `there is: ${[...gateways.keys()].join(", ")}`,
  });
}

async function placesOf(target: Target, among: TargetContext): Promise<Place[]> {
  const phrases = target.split(",").map((phrase) => phrase.trim());
  const others = phrases.filter((phrase) => phrase !== "clients");
  const clients = others.length < phrases.length ? [clientsPlace(among)] : [];
  if (others.length === 0) return clients;
  const resolved = await resolveTarget(others.join(", "), among);
  return [
    ...clients,
    ...resolved.map((one) => {
      if (one.type === "node") return placeOf(one.node);
      throw new LabError({
        code: "bad-usage",
        message: `${one.name} cannot be cut off alone: all clients on the host share one address`,
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
