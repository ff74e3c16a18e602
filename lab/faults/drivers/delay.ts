/**
 * Delayed links. In the network of each node that a delay touches works a helper, which delays what the node exchanges
 * with the others, and has an echo service by which round trips are measured: before, during and after.
 */
import type { LinkHelper, Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { median } from "../../statistics.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Effect, FaultAction } from "../action.ts";
import { describeLinks, type End, type ResolvedLinks } from "../resolve-links.ts";
import type { Driver, Tools } from "../tools.ts";
import { addUp, type Delay, type Hop } from "./delay-rules.ts";
import { askEchoes, openPlace, type DelayPlace } from "./delay-place.ts";
import { ECHO_PORT } from "./delay-programs.ts";
import { packetFilterOf } from "./packet-filter.ts";
import { turns } from "./turns.ts";

export interface DelayDriver extends Driver {
  /** Delays what is sent over these links. */
  delay(fault: string, delay: Delay, resolved: ResolvedLinks): FaultAction;
}

interface Standing {
  readonly node: Node;
  readonly place: DelayPlace;
  /** The node's first process: another one has another network. */
  readonly pid: number;
  readonly hops: Map<string, readonly Hop[]>;
}

/** Connections from one end to another, by whose round trips a delay is measured. */
interface Route {
  readonly from: End;
  readonly to: End;
  readonly askedMs: number;
}

interface Seen extends Route {
  readonly times: readonly number[];
}

/** A round trip and back is measured so often, or as often as fits into this time. */
const ROUNDS = { most: 8, withinMs: 2_500 } as const;
/** An effect is there when a round trip takes at least this share of the asked delay more; gone, when less than half. */
const SEEN_SHARE = 0.75;
const HEALED_WITHIN = seconds(10);
const NO_DELAY: Delay = { ms: 0, jitterMs: 0 };

/** The run's own. */
export function delayDriver({ space, use }: Tools): DelayDriver {
  /** By the node's container. */
  const standing = new Map<string, Standing>();
  /** Round trips without any delay, by route; kept while a delay touches the run. */
  const plain = new Map<string, number>();
  let host: Promise<LinkHelper> | undefined;
  const inTurn = turns();

  const nodeAt = (address: string): Node | undefined =>
    space.nodes().find((node) => [...node.addresses.values()].includes(address));
  const placeAt = (address: string): Standing | undefined => standing.get(nodeAt(address)?.containerId ?? "");

  const stand = async (node: Node): Promise<Standing> => {
    const known = standing.get(node.containerId);
    if (known !== undefined && (await lost(known)) === undefined) return known;
    const { status, pid } = await node.state();
    if (status !== "running" && status !== "paused") {
      throw new LabError({
        code: "fault-failed",
        message: `the links of ${node.name} cannot be delayed: it is ${status}`,
        hint: "start it first, or choose another target",
      });
    }
    await known?.place[Symbol.asyncDispose]();
    const place = await openPlace(node.address, (command) => space.startLinkHelper(command, node));
    const fresh = { node, place, pid, hops: new Map<string, readonly Hop[]>() };
    standing.set(node.containerId, fresh);
    return fresh;
  };

  /** Why a node is delayed no more, whatever is in force. */
  const lost = async ({ node, place, pid }: Standing): Promise<string | undefined> => {
    if (place.ended()) return `the helper in the network of ${node.name} ended early`;
    const state = await node.state();
    return state.pid === pid ? undefined : `${node.name} is ${state.status}, and not as it was when it was delayed`;
  };

  const asker = async (from: End): Promise<(addresses: readonly string[], rounds: number) => Promise<Times>> => {
    const place = placeAt(from.address)?.place;
    if (place !== undefined) return (addresses, rounds) => place.ask(addresses, rounds);
    host ??= space.startLinkHelper(["cat"]);
    const helper = await host;
    return (addresses, rounds) => askEchoes(helper, addresses, rounds);
  };

  const ask = async (routes: readonly Route[]): Promise<Seen[]> => {
    const most = Math.max(...routes.map(({ askedMs }) => askedMs), 1);
    const rounds = Math.max(1, Math.min(ROUNDS.most, Math.floor(ROUNDS.withinMs / most)));
    const openers = [...new Map(routes.map(({ from }) => [from.address, from])).values()];
    const seen = await Promise.all(
      openers.map(async (from) => {
        const own = routes.filter((route) => route.from.address === from.address);
        const times = await (
          await asker(from)
        )(
          own.map(({ to }) => to.address),
          rounds,
        );
        return own.map((route): Seen => ({ ...route, times: times.get(route.to.address) ?? [] }));
      }),
    );
    return seen.flat();
  };

  /** What all faults in force ask of a route. */
  const askedOf = ({ from, to }: Route): { readonly ms: number; readonly jitterMs: number } => {
    const own = placeAt(from.address);
    const opener = own ?? placeAt(to.address);
    const peer = own === undefined ? from.address : to.address;
    const hop = addUp([...(opener?.hops.values() ?? [])].flat()).find((each) => each.peer === peer);
    const { out, back } = hop ?? { out: NO_DELAY, back: NO_DELAY };
    return { ms: out.ms + back.ms, jitterMs: out.jitterMs + back.jitterMs };
  };

  const plainOf = (route: Route): number => plain.get(keyOf(route)) ?? 0;

  const settle = (place: Standing): Promise<void> => place.place.set(addUp([...place.hops.values()].flat()));

  const action = (fault: string, delay: Delay, { links, targets }: ResolvedLinks): FaultAction => {
    const routes = routesOf(links, delay.ms, (address) => nodeAt(address) !== undefined);
    const nodes = [...new Set(routes.flatMap(({ from, to }) => [nodeAt(from.address), nodeAt(to.address)]))].filter(
      (node) => node !== undefined,
    );
    const touched = (): Standing[] => [...standing.values()].filter(({ hops }) => hops.has(fault));
    let means: DelayPlace["means"] = "Toxiproxy";
    let healed: readonly string[] = [];

    const hopOf = (place: Standing, route: Route, ports: ReadonlyMap<string, readonly number[]>): Hop => {
      const opener = nodeAt(route.from.address) === place.node ? "node" : "peer";
      const [own, peer] = opener === "node" ? [route.from, route.to] : [route.to, route.from];
      const has = (from: string, to: string): boolean =>
        links.some((link) => link.from.address === from && link.to.address === to);
      return {
        peer: peer.address,
        opener,
        ports: [...(ports.get(nodeAt(route.to.address)?.containerId ?? "") ?? []), ECHO_PORT],
        out: has(own.address, peer.address) ? delay : NO_DELAY,
        back: has(peer.address, own.address) ? delay : NO_DELAY,
      };
    };

    return {
      targets,
      journalled: describeLinks(links),
      undoActions: nodes.map(({ containerId }) => ({ action: "end-delay", containerId })),
      apply: () =>
        inTurn(async () => {
          const places = await Promise.all(nodes.map(stand));
          means = places[0]?.place.means ?? means;
          const ports = new Map(
            await Promise.all(places.map(async ({ node, place }) => [node.containerId, await place.ports()] as const)),
          );
          const fresh = routes.filter((route) => !plain.has(keyOf(route)));
          // What cannot be measured now (a link that is cut) may be later.
          for (const { times, ...route } of await ask(fresh.map((route) => ({ ...route, askedMs: 0 }))))
            if (times.length > 0) plain.set(keyOf(route), median(times));
          for (const place of places) {
            const own = routes.filter(
              ({ from, to }) =>
                nodeAt(from.address) === place.node ||
                (nodeAt(to.address) === place.node && nodeAt(from.address) === undefined),
            );
            place.hops.set(
              fault,
              own.map((route) => hopOf(place, route, ports)),
            );
          }
          await Promise.all(places.map(settle));
        }),
      async probe() {
        for (const place of touched()) {
          const why = await lost(place);
          if (why !== undefined) throw new Error(why);
        }
        return effectSeen(await ask(routes), { plainOf, askedOf, delay, means });
      },
      undo: () =>
        inTurn(async () => {
          const places = touched();
          healed = [];
          for (const place of places) {
            const why = await lost(place);
            if (why !== undefined) healed = [...healed, why];
            place.hops.delete(fault);
            if (why === undefined) await settle(place);
          }
        }),
      verify: () =>
        inTurn(async () => {
          const said = await verifyWhole();
          await release();
          return [said, ...healed].join("; ");
        }),
    };

    async function verifyWhole(): Promise<string> {
      const gone = new Set<Node | undefined>();
      for (const place of standing.values()) if ((await lost(place)) !== undefined) gone.add(place.node);
      const cut = (end: End): boolean => use(packetFilterOf).faultsOf(end.address).length > 0;
      const asked = routes.filter(
        ({ from, to }) =>
          !gone.has(nodeAt(from.address)) &&
          !gone.has(nodeAt(to.address)) &&
          !(cut(from) && cut(to)) &&
          [from, to].every(({ address }) => nodeAt(address) === undefined || placeAt(address) !== undefined),
      );
      if (asked.length === 0) return "its proxies and rules are gone; no round trip could be measured";
      const seen = await waitFor(
        "round trips without the delay",
        async () => {
          const now = await ask(asked.map((route) => ({ ...route, askedMs: askedOf(route).ms })));
          const slow = now.find((each) => !(Math.min(...each.times) < limitOf(each)));
          return slow === undefined
            ? { reached: now }
            : { seen: `from ${slow.from.name} to ${slow.to.name}: ${saidTimes(slow.times)}` };
        },
        { within: HEALED_WITHIN, every: milliseconds(100) },
      );
      return `a round trip takes ${saidTimes(seen.flatMap(({ times }) => times))} again`;
    }

    /** Half of this delay is too much; jitter of others may hide some of theirs. */
    function limitOf(route: Route): number {
      const own = routes.find((each) => keyOf(each) === keyOf(route))?.askedMs ?? 0;
      return plainOf(route) + askedOf(route).ms + own / 2;
    }
  };

  /** Ends the helpers that no delay needs any more. */
  const release = async (): Promise<void> => {
    const idle = [...standing.entries()].filter(([, { hops }]) => hops.size === 0);
    for (const [container, { node, place }] of idle) {
      const own = [...node.addresses.values()];
      // Others may still measure against its echo service.
      const needed = [...standing.values()].some(({ hops }) =>
        [...hops.values()].flat().some(({ peer }) => own.includes(peer)),
      );
      if (needed) continue;
      standing.delete(container);
      await place[Symbol.asyncDispose]();
    }
    if (standing.size > 0) return;
    plain.clear();
    const last = await host?.catch(() => undefined);
    host = undefined;
    await last?.[Symbol.asyncDispose]();
  };

  return {
    delay: action,
    left(but) {
      const late = [...standing.values()].filter(({ hops }) => [...hops.keys()].some((fault) => !but.includes(fault)));
      return Promise.resolve(late.length === 0 ? [] : [`${late.length} nodes' links are still delayed`]);
    },
    async close() {
      for (const { hops } of standing.values()) hops.clear();
      await inTurn(release);
    },
  };
}

type Times = ReadonlyMap<string, readonly number[]>;

const keyOf = ({ from, to }: Pick<Route, "from" | "to">): string => `${from.address}>${to.address}`;

/**
 * Whoever opens connections over the links: each of two nodes towards the other, and clients towards nodes. What is
 * asked of a round trip is the sum of both ways.
 */
function routesOf(links: ResolvedLinks["links"], delayMs: number, isNode: (address: string) => boolean): Route[] {
  const routes = new Map<string, Route>();
  for (const { from, to } of links) {
    for (const [opener, other] of [
      [from, to],
      [to, from],
    ] as const) {
      if (!isNode(other.address)) continue;
      const ways = links.filter(
        (link) =>
          (link.from.address === from.address && link.to.address === to.address) ||
          (link.from.address === to.address && link.to.address === from.address),
      ).length;
      const route = { from: opener, to: other, askedMs: ways * delayMs };
      routes.set(keyOf(route), route);
    }
  }
  return [...routes.values()];
}

function effectSeen(
  seen: readonly Seen[],
  known: {
    readonly plainOf: (route: Route) => number;
    readonly askedOf: (route: Route) => Delay;
    readonly delay: Delay;
    readonly means: DelayPlace["means"];
  },
): Effect {
  const silent = seen.find(({ times }) => times.length === 0);
  if (silent !== undefined)
    return {
      effective: false,
      measured: `no round trip from ${silent.from.name} to ${silent.to.name} came to its end`,
    };
  const more = seen.map((each) => ({ mid: median(each.times) - known.plainOf(each), asked: known.askedOf(each).ms }));
  const times = seen.flatMap((each) => each.times);
  const [plainMs, delayedMs] = [median(seen.map(known.plainOf)), median(times)];
  const jitter = known.delay.jitterMs === 0 ? "" : ` ± ${known.delay.jitterMs} ms`;
  return {
    effective: more.every(({ mid, asked }) => mid >= asked * SEEN_SHARE),
    measured: `a round trip took ${saidMs(plainMs)} and takes ${saidTimes(times)}, from each of ${seen.length} ends that open connections; ${known.delay.ms} ms${jitter} a way were asked, of ${known.means}`,
    figures: { plainMs, delayedMs, leastMs: Math.min(...times), mostMs: Math.max(...times) },
  };
}

const saidMs = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;

function saidTimes(times: readonly number[]): string {
  if (times.length === 0) return "no answer";
  return `${saidMs(median(times))} (${saidMs(Math.min(...times))} to ${saidMs(Math.max(...times))})`;
}
