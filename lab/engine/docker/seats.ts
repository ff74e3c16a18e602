/** Where the nodes of a run sit: an address for each on each of its networks. */
import { LabError } from "../../errors.ts";
import { DEFAULT_NETWORK, type Node, type NodeSpec, type RunNetwork } from "../types.ts";
import type { Seat } from "./node-container.ts";
import { FIRST_NODE, LAST_NODE } from "./subnet.ts";

export interface Seating {
  /**
   * Gives a node its addresses, before anything is waited for.
   * @throws LabError `bad-scenario` for a network that the run does not have, or that is full
   */
  take(spec: Pick<NodeSpec, "name" | "networks">): readonly Seat[];
  /** The names of the nodes that a node can reach, each with its address on the first network that both sit on. */
  hostsFor(seats: readonly Seat[]): ReadonlyMap<string, string>;
}

/** The place of an address in its /24. */
export const hostOf = (address: string): number => Number(address.split(".")[3] ?? 0);

/** Pure: addresses are counted up from .11, over all networks, and never given twice. */
export function seating(
  run: string,
  networks: ReadonlyMap<string, RunNetwork>,
  seated: readonly Pick<Node, "name" | "addresses">[],
): Seating {
  const addresses = new Map(seated.map((node) => [node.name, node.addresses]));

  /** The last part of its addresses is one on all its networks, and its place among the nodes of the run. */
  const freeHost = (): number => {
    const taken = new Set([...addresses.values()].flatMap((its) => [...its.values()].map(hostOf)));
    for (let host = FIRST_NODE; host <= LAST_NODE; host += 1) if (!taken.has(host)) return host;
    throw new LabError({ code: "bad-scenario", message: `run ${run} has more nodes than its networks have addresses` });
  };

  return {
    take({ name, networks: wanted = [DEFAULT_NETWORK] }) {
      if (wanted.length === 0) {
        throw new LabError({ code: "bad-scenario", message: `${name} names an empty list of networks` });
      }
      const host = freeHost();
      const seats = [...new Set(wanted)].map((label): Seat => {
        const network = networks.get(label);
        if (network !== undefined) {
          const prefix = network.subnet.split(".").slice(0, 3).join(".");
          return { label, network: network.name, address: `${prefix}.${host}` };
        }
        throw new LabError({
          code: "bad-scenario",
          message: `${name} is to sit on the network "${label}", which run ${run} does not have`,
          hint: `It has ${[...networks.keys()].join(", ")}.`,
        });
      });
      addresses.set(name, new Map(seats.map(({ label, address }) => [label, address])));
      return seats;
    },
    hostsFor(seats) {
      const known = [...addresses].flatMap(([name, its]): [string, string][] => {
        const shared = seats.find(({ label }) => its.has(label));
        const address = shared === undefined ? undefined : its.get(shared.label);
        return address === undefined ? [] : [[name, address]];
      });
      return new Map(known);
    },
  };
}
