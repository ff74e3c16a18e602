/** A client of one server, or of several in turn: it holds one connection at a time, and keeps its session across them. */
import { messageOf } from "../../errors.ts";
import { milliseconds, monotonicMs, sleep } from "../../time.ts";
import type { Duration } from "../../time.ts";
import type { Address } from "../endpoint.ts";
import { openConnection, ZooKeeperError } from "./connection.ts";
import type { Session, ZooKeeperConnection } from "./connection.ts";

/** One server that does not answer may not use up the time for the others. */
const TRY_LIMIT_MS = 1_000;
const PAUSE = milliseconds(25);

export interface ClientOptions {
  /** The client's own first. */
  readonly servers: readonly Address[];
  readonly sessionTimeout: Duration;
}

export class ZooKeeperClient implements AsyncDisposable {
  readonly #options: ClientOptions;
  #connection: ZooKeeperConnection | undefined;
  #session: Session | undefined;
  #next = 0;
  #isOver = false;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /**
   * The open connection, or a new one that continues the session; after its end, one that begins another.
   * @throws ZooKeeperError `connection`, refused, when no server took it within the time.
   */
  async connected(within: Duration): Promise<ZooKeeperConnection> {
    const startedMs = monotonicMs();
    let seen = "no server was asked";
    for (;;) {
      if (this.#isOver) {
        // It may have been opened since the end, when nobody was there to close it.
        this.#connection?.destroy();
        throw new ZooKeeperError("connection", true, "the client has ended");
      }
      if (this.#connection?.isOpen === true) return this.#connection;
      this.#session = this.#connection?.session ?? this.#session;
      this.#connection = undefined;
      const leftMs = within - (monotonicMs() - startedMs);
      if (leftMs <= 0) throw new ZooKeeperError("connection", true, seen);
      try {
        this.#connection = await this.#open(milliseconds(Math.max(1, Math.min(leftMs, TRY_LIMIT_MS))));
      } catch (error) {
        if (error instanceof ZooKeeperError && error.answer === "session") this.#session = undefined;
        else this.#next += 1;
        seen = messageOf(error);
        await sleep(PAUSE);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#connection?.close();
  }

  #open(within: Duration): Promise<ZooKeeperConnection> {
    const { servers, sessionTimeout } = this.#options;
    const server = servers[this.#next % servers.length];
    if (server === undefined) throw new ZooKeeperError("connection", true, "there is no server");
    return openConnection({ server, sessionTimeout, session: this.#session, within });
  }
}
