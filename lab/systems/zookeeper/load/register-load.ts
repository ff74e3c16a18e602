/** A register load under way: each operation is one request, tried once, so that its outcome is what ZooKeeper said. */
import { ZooKeeperClient } from "../client.ts";
import type { ZooKeeperCluster } from "../cluster.ts";
import { ZooKeeperError } from "../connection.ts";
import type { ZooKeeperConnection } from "../connection.ts";
import { LabError, messageOf } from "../../../errors.ts";
import { milliseconds, seconds } from "../../../time.ts";
import { startOperations } from "../../../load/operations.ts";
import type { Invocation, Outcomes } from "../../../load/operations.ts";
import type { RegisterSpec } from "./register-spec.ts";
import { operationRandom, type LoadStart } from "../../../load/index.ts";
import type { StartedLoad } from "../../../load/index.ts";

const SESSION_TIMEOUT = seconds(10);
const SET_UP_LIMIT = seconds(15);
/** An operation may wait so long for a server to take its client; then it was surely not performed. */
const CONNECT_LIMIT_MS = 200;
/** Left of an operation's time when it gives up connecting, so that its own outcome counts and not the time-out. */
const SPARE_MS = 20;
const ABSENT = -1;
const ANY_VERSION = -1;

export type RegisterLoadOptions = LoadStart<RegisterSpec, ZooKeeperCluster>;

interface Plan {
  readonly action: "read" | "write" | "cas";
  readonly key: number;
}

/** What an operation is to do: it follows from the seed, the load's name and the operation's number alone. */
export function planOf(number: number, { random, spec }: Pick<RegisterLoadOptions, "random" | "spec">): Plan {
  const own = operationRandom(random, number);
  const share = own.fraction();
  // As the load generator deals the operations to the clients.
  const isReader = number % spec.clients >= spec.clients - spec.readers;
  return {
    action: isReader || share < 0.2 ? "read" : share < 0.7 ? "write" : "cas",
    key: own.integer(spec.keys),
  };
}

/** What one operation found: the rest of its row is its plan. */
type Result = Omit<Outcomes[number], "action" | "key">;

/** Makes the registers, empty, and begins to offer. @throws LabError `load-failed` */
export async function startRegisterLoad(options: RegisterLoadOptions): Promise<StartedLoad> {
  const { name, spec, part, recorder, clock } = options;
  const load = new RegisterLoad(options);
  try {
    await load.makeRegisters();
  } catch (cause) {
    await load.close();
    throw new LabError({ code: "load-failed", message: `load ${name} cannot start: ${messageOf(cause)}`, cause });
  }
  return startOperations({
    ...{ name, part, rate: spec.rate, timeout: spec.timeout, recorder, clock },
    clients: Array.from({ length: spec.clients }, (_, i) => `client-${i + 1}`),
    perform: (invocation) => load.perform(invocation),
    unfinished: ({ number }, outcome, error) => load.rowOf(number, { outcome, error }),
    sinks: [{ finalReads: () => load.finalReads() }],
    close: () => load.close(),
  });
}

class RegisterLoad {
  readonly #options: RegisterLoadOptions;
  readonly #clients: readonly ZooKeeperClient[];
  /** One for each member, for what is read at the end. */
  readonly #readers: readonly ZooKeeperClient[];
  /** What a compare-and-set under way wants to replace: it is journalled also when no answer ever comes. */
  readonly #expected = new Map<number, number>();

  constructor(options: RegisterLoadOptions) {
    this.#options = options;
    const { spec, cluster } = options;
    const { servers } = cluster;
    const client = (place: number, failover: boolean): ZooKeeperClient => {
      const own = place % servers.length;
      const others = failover ? [...servers.slice(own + 1), ...servers.slice(0, own)] : [];
      const inTurn = [...servers.slice(own, own + 1), ...others];
      return new ZooKeeperClient({ servers: inTurn, sessionTimeout: SESSION_TIMEOUT });
    };
    this.#clients = Array.from({ length: spec.clients }, (_, i) => client(i, spec.failover));
    this.#readers = servers.map((_, i) => client(i, false));
  }

  async makeRegisters(): Promise<void> {
    const { spec } = this.#options;
    const connections = await Promise.all(this.#clients.map((client) => client.connected(SET_UP_LIMIT)));
    const [first] = connections;
    if (first === undefined) return;
    const paths = [
      "/lab",
      `/lab/${this.#options.name}`,
      ...Array.from({ length: spec.keys }, (_, key) => this.#register(key)),
      ...this.#clients.map((_, client) => this.#barrier(String(client))),
      ...this.#readers.map((_, reader) => this.#barrier(`end-${reader}`)),
    ];
    for (const path of paths) await first.create(path, Buffer.alloc(0)).catch(unlessThere);
    // A server that has not seen them yet would say that a register is not there.
    await Promise.all(connections.map((connection) => connection.sync("/")));
  }

  async perform({ number, client, deadlineMs, signal }: Invocation): Promise<Outcomes> {
    const { clock } = this.#options;
    const leftMs = deadlineMs - clock.now() - SPARE_MS;
    let connection: ZooKeeperConnection | undefined;
    /** A request without an answer in time leaves nothing to rely on: the next one is for another connection. */
    const give = (): void => connection?.destroy();
    signal.addEventListener("abort", give, { once: true });
    try {
      connection = await this.#client(client).connected(milliseconds(Math.min(leftMs, CONNECT_LIMIT_MS)));
      // What has its outcome already must not be sent any more.
      signal.throwIfAborted();
      return this.rowOf(number, await this.#request(connection, number, client));
    } catch (thrown) {
      const { answer, refused } =
        thrown instanceof ZooKeeperError ? thrown : { answer: messageOf(thrown), refused: false };
      // Only a compare-and-set names a version.
      const error = answer === "BADVERSION" ? "differs" : answer;
      return this.rowOf(number, { outcome: refused ? "failed" : "unknown", error });
    } finally {
      signal.removeEventListener("abort", give);
    }
  }

  /** The operation's row in the journal; every value that is written is the operation's own number. */
  rowOf(number: number, result: Result): Outcomes {
    const { action, key } = planOf(number, this.#options);
    const expected = this.#expected.get(number);
    this.#expected.delete(number);
    const offset = expected === undefined ? {} : { offset: expected };
    return [{ action, key, ...(action === "read" ? {} : { value: number }), ...offset, ...result }];
  }

  /** Reads every register at every member; all members must answer. */
  async finalReads(): Promise<string> {
    const { spec, name, recorder, clock } = this.#options;
    for (const [reader, client] of this.#readers.entries()) {
      const connection = await client.connected(milliseconds(2_000));
      for (let key = 0; key < spec.keys; key += 1) {
        const startMs = clock.now();
        const { value } = await this.#read(connection, key, `end-${reader}`);
        recorder.operation({
          ...{ load: name, client: `end-${reader + 1}`, action: "read", outcome: "ok", error: "", key, value },
          ...{ partition: -1, offset: -1, intendedMs: startMs, startMs, endMs: clock.now() },
        });
      }
    }
    return `${spec.keys} registers were read at each of ${this.#readers.length} members`;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients, ...this.#readers].map((client) => client[Symbol.asyncDispose]()));
  }

  async #request(connection: ZooKeeperConnection, number: number, client: number): Promise<Result> {
    const { action, key } = planOf(number, this.#options);
    const path = this.#register(key);
    switch (action) {
      case "read":
        return { outcome: "ok", value: (await this.#read(connection, key, String(client))).value };
      case "write":
        await connection.setData(path, Buffer.from(String(number)), ANY_VERSION);
        return { outcome: "ok" };
      case "cas": {
        // A version is never used twice, and neither is a value: that the version is still the same says that the value is.
        const { value, version } = await valueOf(connection, path);
        this.#expected.set(number, value);
        await connection.setData(path, Buffer.from(String(number)), version);
        return { outcome: "ok" };
      }
    }
  }

  async #read(connection: ZooKeeperConnection, key: number, barrier: string): Promise<{ readonly value: number }> {
    const path = this.#register(key);
    const { readAfter } = this.#options.spec;
    // On one connection a read is performed after what was asked before it.
    if (readAfter === "quorum") await connection.setData(this.#barrier(barrier), Buffer.alloc(0), ANY_VERSION);
    if (readAfter === "sync") await connection.sync(path);
    return valueOf(connection, path);
  }

  #client(place: number): ZooKeeperClient {
    const client = this.#clients[place];
    if (client === undefined) throw new LabError({ code: "internal", message: `there is no client ${place}` });
    return client;
  }

  readonly #register = (key: number): string => `/lab/${this.#options.name}/register-${key}`;
  readonly #barrier = (whose: string): string => `/lab/${this.#options.name}/barrier-${whose}`;
}

async function valueOf(
  connection: ZooKeeperConnection,
  path: string,
): Promise<{ readonly value: number; readonly version: number }> {
  const { data, version } = await connection.getData(path);
  return { value: data.length === 0 ? ABSENT : Number(data.toString("utf8")), version };
}

const unlessThere = (error: unknown): void => {
  if (!(error instanceof ZooKeeperError && error.answer === "NODEEXISTS")) throw error;
};
