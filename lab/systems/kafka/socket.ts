/**
 * Sockets for the Kafka client library that notice a silent node.
 *
 * kafkajs lets a request time out but keeps the connection, goes on asking the same node and does not look for a new
 * leader; a frozen node then holds up everything that needs it. So a connection on which something was asked and
 * nothing was answered for `quietLimit` is destroyed: kafkajs takes that as a failed connection and refreshes its
 * metadata from another node. A frozen node's kernel still accepts connections, so from then on a new connection to
 * the same port counts as made only once the node has answered a question of our own: otherwise a client that knows
 * no other connected node would ask the frozen one for its metadata for ever.
 * Requests that may rightly wait long (joining a group) are not counted.
 */
import { connect } from "node:net";
import type { Socket } from "node:net";
import type { ISocketFactory } from "kafkajs";
import { every, milliseconds, monotonicMs } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { textOf } from "../endpoint.ts";
import { apiVersions } from "./messages.ts";
import { ask } from "./wire.ts";

const JOIN_GROUP = 11;
const SYNC_GROUP = 14;
/** Where a request holds its API key: after its size. */
const API_KEY_AT = 4;
const SUSPECT_LIMIT = milliseconds(500);

export function watchedSockets(quietLimit: Duration): ISocketFactory {
  /** Addresses behind which nobody answered, and nobody has since. */
  const suspects = new Set<string>();
  return ({ host, port, onConnect }) => {
    const address = textOf({ host, port });
    const socket = connect({ host, port, noDelay: true });
    const give = (reason: string): void => {
      suspects.add(address);
      socket.destroy(new Error(reason));
    };
    if (suspects.has(address)) {
      ask({ host, port }, apiVersions(), SUSPECT_LIMIT).then(
        () => {
          suspects.delete(address);
          if (socket.connecting) socket.once("connect", onConnect);
          else onConnect();
        },
        () => {
          give(`still no answer from ${address}`);
        },
      );
    } else socket.once("connect", onConnect);
    whenQuiet(socket, quietLimit, () => {
      give(`no answer from ${address} for ${quietLimit} ms`);
    });
    return socket;
  };
}

function whenQuiet(socket: Socket, quietLimit: Duration, act: () => void): void {
  let askedAtMs: number | undefined;
  const write = socket.write.bind(socket);
  socket.write = ((...args: Parameters<Socket["write"]>) => {
    const key = apiKeyOf(args[0]);
    if (key === JOIN_GROUP || key === SYNC_GROUP) askedAtMs = Number.POSITIVE_INFINITY;
    else askedAtMs ??= monotonicMs();
    return write(...args);
  }) as Socket["write"];
  socket.on("data", () => {
    askedAtMs = undefined;
  });
  const watch = every(milliseconds(Math.max(50, quietLimit / 20)), () => {
    if (askedAtMs !== undefined && monotonicMs() - askedAtMs >= quietLimit) act();
  });
  socket.once("close", () => {
    watch[Symbol.dispose]();
  });
}

function apiKeyOf(chunk: unknown): number {
  return Buffer.isBuffer(chunk) && chunk.length >= API_KEY_AT + 2 ? chunk.readInt16BE(API_KEY_AT) : -1;
}
