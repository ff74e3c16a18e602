/**
 * What the kernel is told to delay a node's links, as text: pure, so that it can be read and tested.
 *
 * With netem, the kernel holds packets itself. Without it, new TCP connections are led into Toxiproxy's listeners, which
 * hold what they carry; connections that stood before are reset, so that they come back through them.
 */
import { END_QUEUES } from "../../engine/undo-actions.ts";
import { LabError } from "../../errors.ts";

/** Uniform within `ms` ± `jitterMs` with Toxiproxy; netem spreads likewise. */
export interface Delay {
  readonly ms: number;
  readonly jitterMs: number;
}

/** A node's link with one other end. */
export interface Hop {
  /** The other end's address. */
  readonly peer: string;
  /** Who opens the connections that this node's proxy carries: clients on the host have no proxy of their own. */
  readonly opener: "node" | "peer";
  /** Where these connections go to. */
  readonly ports: readonly number[];
  /** From the node to its peer. */
  readonly out: Delay;
  readonly back: Delay;
}

/** A hop whose ports have listeners of the proxy. */
export interface Passage {
  readonly peer: string;
  readonly opener: Hop["opener"];
  /** The proxy's port by the port that is meant. */
  readonly listeners: ReadonlyMap<number, number>;
}

/** The user as whom the proxy works: its own connections pass. No node has it. */
export const PROXY_USER = 64_738;

const both = (one: Delay, other: Delay): Delay => ({ ms: one.ms + other.ms, jitterMs: one.jitterMs + other.jitterMs });

/** Delays of several faults on one link add up. */
export function addUp(hops: readonly Hop[]): Hop[] {
  const byPeer = new Map<string, Hop>();
  for (const hop of hops) {
    const known = byPeer.get(hop.peer);
    byPeer.set(
      hop.peer,
      known === undefined
        ? hop
        : {
            ...hop,
            ports: [...new Set([...known.ports, ...hop.ports])],
            out: both(known.out, hop.out),
            back: both(known.back, hop.back),
          },
    );
  }
  return [...byPeer.values()];
}

const CHAINS = {
  lead: "type nat hook output priority -101",
  lead_in: "type nat hook prerouting priority -101",
  old: "type filter hook output priority 0",
  old_in: "type filter hook input priority 0",
} as const;

/** Makes the table. It has an owner: the kernel removes it when the process that made it ends. */
export const delaySetUp = (table: string): string =>
  [
    `add table ip ${table} { flags owner; }`,
    ...Object.entries(CHAINS).map(([name, hook]) => `add chain ip ${table} ${name} { ${hook}; policy accept; }`),
  ].join("; ");

/** Counts the connections that were led into the proxy. */
export const counterOf = (passage: Passage): string => `by_${passage.opener}_${passage.peer.replaceAll(".", "_")}`;

/** One line, hence one transaction: from the passages before to those after. */
export function delayTransaction(before: readonly Passage[], after: readonly Passage[], table: string): string {
  const counters = new Set(before.map(counterOf));
  const wanted = new Set(after.map(counterOf));
  return [
    ...[...wanted].filter((name) => !counters.has(name)).map((name) => `add counter ip ${table} ${name}`),
    ...Object.keys(CHAINS).map((chain) => `flush chain ip ${table} ${chain}`),
    ...after.flatMap((passage) => rulesOf(passage, table)),
    ...[...counters].filter((name) => !wanted.has(name)).map((name) => `delete counter ip ${table} ${name}`),
  ].join("; ");
}

function rulesOf(passage: Passage, table: string): string[] {
  const byNode = passage.opener === "node";
  const ports = [...passage.listeners.keys()].join(", ");
  const to = [...passage.listeners].map(([port, listener]) => `${port} : ${listener}`).join(", ");
  const meant = `ip ${byNode ? "daddr" : "saddr"} ${passage.peer} tcp dport { ${ports} }`;
  // The proxy's own connections are the node's to the kernel; their user tells them apart.
  const notItsOwn = byNode ? `meta skuid != ${PROXY_USER} ` : "";
  return [
    `add rule ip ${table} ${byNode ? "lead" : "lead_in"} ${notItsOwn}${meant} tcp flags & (syn | ack) == syn counter name ${counterOf(passage)} redirect to :tcp dport map { ${to} }`,
    `add rule ip ${table} ${byNode ? "old" : "old_in"} ${notItsOwn}${meant} reject with tcp reset`,
  ];
}

/** Peers that netem can tell apart on one of a node's networks. */
const MOST_NETEM_PEERS = 15;

/** By address the device through which a node sends to it, of what `ip -o route get` says of each. */
export function devicesOf(routes: string): ReadonlyMap<string, string> {
  const found = [...routes.matchAll(/^(\S+) .*?\bdev (\S+)/gm)];
  return new Map(found.map(([, address = "", device = ""]) => [address, device]));
}

/**
 * The commands with which the kernel delays what leaves a node for these peers, each through its device, and nothing
 * else; they replace what was ordered before.
 * @throws LabError `fault-unsupported` for more peers on one of its networks than netem can tell apart.
 */
export function netemCommands(hops: readonly Hop[], deviceOf: (peer: string) => string): string {
  // What clients send passes no device of the node on its way out: the answer waits for both ways.
  const delays = hops
    .map(({ peer, opener, out, back }) => ({ peer, ...(opener === "peer" ? both(out, back) : out) }))
    .filter(({ ms }) => ms > 0);
  const byDevice = Object.entries(Object.groupBy(delays, ({ peer }) => deviceOf(peer)));
  const most = Math.max(0, ...byDevice.map(([, own = []]) => own.length));
  if (most > MOST_NETEM_PEERS) {
    throw new LabError({
      code: "fault-unsupported",
      message: `netem delays a node's links with at most ${MOST_NETEM_PEERS} others of a network, not with ${most}`,
      hint: "delay the links of fewer nodes",
    });
  }
  if (byDevice.length === 0) return END_QUEUES;
  return [
    END_QUEUES,
    "set -e",
    ...byDevice.flatMap(([device, own = []]) => [
      `tc qdisc add dev ${device} root handle 1: prio bands ${Math.max(2, own.length + 1)} priomap ${Array.from({ length: 16 }, () => 0).join(" ")}`,
      ...own.flatMap(({ peer, ms, jitterMs }, place) => {
        const band = (place + 2).toString(16);
        return [
          `tc qdisc add dev ${device} parent 1:${band} netem limit 100000 delay ${ms}ms${jitterMs === 0 ? "" : ` ${jitterMs}ms`}`,
          `tc filter add dev ${device} parent 1: protocol ip prio 1 u32 match ip dst ${peer}/32 flowid 1:${band}`,
        ];
      }),
    ]),
  ].join("; ");
}

/** A listening socket's state in /proc/net/tcp. */
const LISTENING = "0A";

/** The ports on which others can reach a network's programs, of what `/proc/net/tcp` and `tcp6` say; the proxy's own are none. */
export function listeningPorts(text: string): number[] {
  const ports = new Set<number>();
  for (const line of text.split("\n")) {
    const [, local = "", , state, , , , user] = line.trim().split(/\s+/);
    const [address = "", port = ""] = local.split(":");
    if (state !== LISTENING || Number(user) === PROXY_USER || isLoopback(address)) continue;
    ports.add(Number.parseInt(port, 16));
  }
  return [...ports].sort((a, b) => a - b);
}

/** 127.0.0.0/8, alone or within IPv6, or ::1: in the kernel's words the bytes of each four are turned around. */
const isLoopback = (address: string): boolean =>
  (address.endsWith("7F") && (address.length === 8 || address.startsWith("0000000000000000FFFF0000"))) ||
  address === "00000000000000000000000001000000";
