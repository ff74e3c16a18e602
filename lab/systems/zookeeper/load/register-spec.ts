/** Registers as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../../bounds.ts";
import { milliseconds, perSecond, seconds } from "../../../time.ts";
import type { Duration, Rate } from "../../../time.ts";

const { bad, wholeNumber, durationWithin } = boundsOf("registers");

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

export type RegisterOptions = Pick<RegisterSpec, "to"> & Partial<Omit<RegisterSpec, "kind" | "to">>;

/**
 * Five registers used by six clients, 100 operations a second in all, each with 5 s to be answered. Half of the clients
 * only read, after a quorum; of the others' operations 50 % are writes, 30 % compare-and-sets, 20 % reads. Every client
 * stays with its own server.
 * @throws LabError `bad-scenario` naming the field.
 */
export function registers(options: RegisterOptions): RegisterSpec {
  const clients = options.clients ?? 6;
  const spec: RegisterSpec = {
    kind: "registers",
    to: options.to,
    rate: options.rate ?? perSecond(100),
    keys: options.keys ?? 5,
    clients,
    readers: options.readers ?? Math.floor(clients / 2),
    timeout: options.timeout ?? seconds(5),
    readAfter: options.readAfter ?? "quorum",
    failover: options.failover ?? false,
  };
  checkRegisterSpec(spec);
  return spec;
}

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkRegisterSpec(spec: RegisterSpec): void {
  if (!/^[^.]+$/.test(spec.to)) throw bad("to", `is "${spec.to}"`, 'use the cluster: "zookeeper"');
  if (!(spec.rate >= 0.1 && spec.rate <= 5_000)) throw bad("rate", `is ${spec.rate}`, "use 0.1 to 5000 a second");
  wholeNumber("keys", spec.keys, 1, 1_000);
  wholeNumber("clients", spec.clients, 1, 24);
  wholeNumber("readers", spec.readers, 0, spec.clients - 1);
  durationWithin("timeout", spec.timeout, milliseconds(200), seconds(60));
}
