/** Registers as data: what a scenario says, with defaults filled in and mistakes named. */
import { defineSpec, type Given } from "../../../load/index.ts";
import { choice, duration, flag, rate, text, whole } from "../../../fields.ts";
import { milliseconds, perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

/** Reads, writes and compare-and-sets of registers: znodes that hold one number each. As data. */
export interface RegisterSpec {
  readonly kind: "registers";
  /** `zookeeper`: the cluster. */
  readonly to: string;
  readonly rate: Rate;
  readonly keys: number;
  /** Client i has the server i as its own, so that there are clients on every side of a partition. */
  readonly clients: number;
  /** So many of the clients, the last ones, only read: a write that hangs would keep them from seeing what is stale. */
  readonly readers: number;
  /** An operation without an answer this long after its start ends as `unknown`. */
  readonly timeout: Duration;
  /**
   * What a client reads after. `quorum`: a write of its own on the same connection, which a majority must have taken;
   * linearizable. `sync`: ZooKeeper's `sync`, which the leader answers by itself; a leader that was replaced and does
   * not know it yet still answers (ZOOKEEPER-1675). `nothing`: what its server happens to have; stale by design.
   */
  readonly readAfter: "quorum" | "sync" | "nothing";
  /** Whether a client whose own server is gone takes its session to another. */
  readonly failover: boolean;
}

export type RegisterOptions = Given<RegisterSpec, "to">;

export const registerSpec = defineSpec<RegisterSpec>({
  kind: "registers",
  fields: {
    to: text(/^[^.]+$/, 'use the cluster: "zookeeper"'),
    rate: rate("operations", { least: 0.1, most: 5_000, otherwise: perSecond(100) }),
    keys: whole({ least: 1, most: 1_000, otherwise: 5 }),
    clients: whole({ least: 1, most: 24, otherwise: 6 }),
    readers: whole({ least: 0, most: 23, otherwise: 3 }),
    timeout: duration({ least: milliseconds(200), most: seconds(60), otherwise: seconds(5) }),
    readAfter: choice(["quorum", "sync", "nothing"], "quorum"),
    failover: flag(false),
  },
  together: ({ readers, clients }) =>
    readers < clients
      ? undefined
      : {
          field: "readers",
          what: `is ${readers}`,
          hint: `use a whole number from 0 to ${clients - 1}: somebody writes`,
        },
});

/**
 * Five registers used by six clients, 100 operations a second in all, each with 5 s to be answered. Half of the clients
 * only read, after a quorum; of the others' operations 50 % are writes, 30 % compare-and-sets, 20 % reads. Every client
 * stays with its own server.
 * @throws LabError `bad-scenario` naming the field.
 */
export const registers = (options: RegisterOptions): RegisterSpec =>
  registerSpec.build({ ...options, readers: options.readers ?? Math.floor((options.clients ?? 6) / 2) });
