/**
 * One connection to one ZooKeeper server. Requests on it are performed in their order (ZooKeeper's FIFO guarantee), so
 * what belongs together must go over one connection. Why a client of our own: docs/decisions/010-zookeeper-client.md.
 */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { LabError } from "../../errors.ts";
import { every, milliseconds, withLimit } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { textOf } from "../endpoint.ts";
import type { Address } from "../endpoint.ts";
import { JuteReader, JuteWriter } from "./jute.ts";

const OPERATION = {
  create: 1,
  remove: 2,
  getData: 4,
  setData: 5,
  getChildren: 8,
  sync: 9,
  ping: 11,
  close: -11,
} as const;
const PING_XID = -2;
const ANSWER_LIMIT_BYTES = 16 * 1024 * 1024;
/** Read, write, create, delete, admin for everybody. */
const ALL_RIGHTS = 31;

/** ZooKeeper's own names of the answers that the lab may meet (KeeperException.Code). */
const ANSWERS: Readonly<Record<number, string>> = {
  [-101]: "NONODE",
  [-103]: "BADVERSION",
  [-110]: "NODEEXISTS",
  [-111]: "NOTEMPTY",
  [-112]: "SESSIONEXPIRED",
  [-118]: "SESSIONMOVED",
};

/** A server's refusal, or what became of the connection: `connection` (lost), `session` (has ended). */
export class ZooKeeperError extends Error {
  readonly answer: string;
  /** Whether the request was surely not performed. */
  readonly refused: boolean;

  constructor(answer: string, refused: boolean, message = answer) {
    super(message);
    this.name = "ZooKeeperError";
    this.answer = answer;
    this.refused = refused;
  }
}

/** What a session is continued with on another connection. */
export interface Session {
  readonly id: bigint;
  readonly password: Buffer;
  /** The latest transaction that it has seen: a server that is behind it will not take the session. */
  readonly zxid: bigint;
}

export interface Znode {
  readonly data: Buffer;
  readonly version: number;
  readonly mzxid: bigint;
}

interface Pending {
  readonly xid: number;
  readonly resolve: (answer: JuteReader) => void;
  readonly reject: (error: Error) => void;
}

export interface ConnectionOptions {
  readonly server: Address;
  readonly sessionTimeout: Duration;
  /** Continues this session; without, begins a new one. */
  readonly session?: Session | undefined;
  readonly within: Duration;
}

/** Connects, and begins or continues a session. @throws ZooKeeperError `session` when it has ended; `connection`; LabError `wait-timeout` */
export async function openConnection(options: ConnectionOptions): Promise<ZooKeeperConnection> {
  const connection = new ZooKeeperConnection(options);
  try {
    await withLimit(`a session at ${textOf(options.server)}`, options.within, connection.begun);
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

export class ZooKeeperConnection {
  /** Resolves when the server has taken the session. */
  readonly begun: Promise<undefined>;
  readonly #socket: Socket;
  readonly #pending: Pending[] = [];
  #received: Buffer = Buffer.alloc(0);
  #session: Session;
  #pings: Disposable | undefined;
  #xid = 0;
  #isOpen = true;

  constructor({ server, sessionTimeout, session }: ConnectionOptions) {
    this.#session = session ?? { id: 0n, password: Buffer.alloc(16), zxid: 0n };
    this.#socket = connect({ ...server, noDelay: true });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.begun = promise;
    this.#socket.on("error", (error) => {
      this.#end(new ZooKeeperError("connection", false, error.message));
      reject(new ZooKeeperError("connection", false, error.message));
    });
    this.#socket.on("close", () => {
      this.#end(new ZooKeeperError("connection", false, `${textOf(server)} closed the connection`));
      reject(new ZooKeeperError("connection", false, `${textOf(server)} closed the connection`));
    });
    this.#onPackets((packet, isFirst) => {
      if (!isFirst) {
        this.#answer(packet);
        return;
      }
      packet.int();
      const timeoutMs = packet.int();
      if (timeoutMs <= 0) {
        reject(new ZooKeeperError("session", true, "the session has ended"));
        return;
      }
      this.#session = { ...this.#session, id: packet.long(), password: Buffer.from(packet.buffer()) };
      this.#keepAlive(timeoutMs);
      resolve(undefined);
    });
    const { id, password, zxid } = this.#session;
    this.#socket.write(
      new JuteWriter().int(0).long(zxid).int(sessionTimeout).long(id).buffer(password).boolean(false).packet(),
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get session(): Session {
    return this.#session;
  }

  async getData(path: string): Promise<Znode> {
    const answer = await this.#ask(OPERATION.getData, new JuteWriter().string(path).boolean(false));
    const data = Buffer.from(answer.buffer());
    answer.long();
    const mzxid = answer.long();
    answer.long();
    answer.long();
    return { data, mzxid, version: answer.int() };
  }

  /** Performed only while the znode has this version; −1 is any. */
  async setData(path: string, data: Buffer, version: number): Promise<void> {
    await this.#ask(OPERATION.setData, new JuteWriter().string(path).buffer(data).int(version));
  }

  /** A persistent znode that everybody may use. */
  async create(path: string, data: Buffer): Promise<void> {
    const rights = new JuteWriter().string(path).buffer(data).int(1).int(ALL_RIGHTS).string("world").string("anyone");
    await this.#ask(OPERATION.create, rights.int(0));
  }

  async remove(path: string): Promise<void> {
    await this.#ask(OPERATION.remove, new JuteWriter().string(path).int(-1));
  }

  async children(path: string): Promise<readonly string[]> {
    return (await this.#ask(OPERATION.getChildren, new JuteWriter().string(path).boolean(false))).strings();
  }

  /** What the leader had decided when it was asked is known to this connection's server afterwards. */
  async sync(path: string): Promise<void> {
    await this.#ask(OPERATION.sync, new JuteWriter().string(path));
  }

  /** Ends the session, so that it does not have to time out; gives up on a silent server. */
  async close(): Promise<void> {
    await withLimit("the end of a session", milliseconds(500), this.#ask(OPERATION.close, new JuteWriter())).catch(
      () => undefined,
    );
    this.destroy();
  }

  /** Lets go of the server; what is under way is `connection`. */
  destroy(): void {
    this.#socket.destroy();
    this.#end(new ZooKeeperError("connection", false, "the connection was given up"));
  }

  async #ask(operation: number, request: JuteWriter): Promise<JuteReader> {
    if (!this.#isOpen) throw new ZooKeeperError("connection", true, "there is no connection any more");
    this.#xid += 1;
    const xid = this.#xid;
    const body = request.packet().subarray(4);
    const head = new JuteWriter().int(xid).int(operation).packet().subarray(4);
    const size = Buffer.alloc(4);
    size.writeInt32BE(head.length + body.length);
    const { promise, resolve, reject } = Promise.withResolvers<JuteReader>();
    this.#pending.push({ xid, resolve, reject });
    this.#socket.write(Buffer.concat([size, head, body]));
    return promise;
  }

  #answer(packet: JuteReader): void {
    const xid = packet.int();
    const zxid = packet.long();
    const error = packet.int();
    if (zxid > this.#session.zxid) this.#session = { ...this.#session, zxid };
    if (xid < 0) return;
    const pending = this.#pending.shift();
    if (pending?.xid !== xid) {
      pending?.reject(new ZooKeeperError("connection", false, `answer ${xid} came out of order`));
      this.destroy();
    } else if (error === 0) pending.resolve(packet);
    else {
      const known = ANSWERS[error];
      pending.reject(new ZooKeeperError(known ?? `error ${error}`, known !== undefined));
    }
  }

  #onPackets(take: (packet: JuteReader, isFirst: boolean) => void): void {
    let isFirst = true;
    this.#socket.on("data", (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      while (this.#received.length >= 4) {
        const size = this.#received.readInt32BE(0);
        if (size < 0 || size > ANSWER_LIMIT_BYTES) {
          this.#socket.destroy(
            new LabError({ code: "node-failed", message: "it does not speak ZooKeeper's protocol" }),
          );
          return;
        }
        if (this.#received.length < 4 + size) return;
        const packet = new JuteReader(this.#received.subarray(4, 4 + size));
        this.#received = this.#received.subarray(4 + size);
        take(packet, isFirst);
        isFirst = false;
      }
    });
  }

  #keepAlive(timeoutMs: number): void {
    const ping = new JuteWriter().int(PING_XID).int(OPERATION.ping).packet();
    this.#pings = every(milliseconds(timeoutMs / 3), () => {
      this.#socket.write(ping);
    });
  }

  #end(error: ZooKeeperError): void {
    this.#isOpen = false;
    this.#pings?.[Symbol.dispose]();
    for (const { reject } of this.#pending.splice(0)) reject(error);
  }
}
