/** The wire: bytes as ZooKeeper's documentation of Jute has them, and what becomes of requests when a server goes. */
import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ZooKeeperClient, ZooKeeperError } from "../../../lab/systems/zookeeper/index.ts";
import type { Address } from "../../../lab/systems/endpoint.ts";
import { JuteReader, JuteWriter } from "../../../lab/systems/zookeeper/jute.ts";
import { milliseconds, seconds } from "../../../lab/time.ts";

const listening: Server[] = [];
afterEach(() => {
  for (const server of listening.splice(0)) server.close();
});

/** Speaks just enough to take or end a session, and then does as it is told with each request. */
async function serverThat(timeoutMs: number, onRequest: (socket: Socket, xid: number) => void): Promise<Address> {
  const server = createServer((socket) => {
    let isFirst = true;
    socket.on("error", () => undefined);
    socket.on("data", (bytes) => {
      if (!isFirst) {
        onRequest(socket, bytes.readInt32BE(4));
        return;
      }
      isFirst = false;
      socket.write(new JuteWriter().int(0).int(timeoutMs).long(7n).buffer(Buffer.alloc(16, 1)).boolean(false).packet());
    });
  });
  listening.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { host: "127.0.0.1", port: (server.address() as AddressInfo).port };
}
const reply = (xid: number, error: number): Buffer => new JuteWriter().int(xid).long(9n).int(error).packet();

async function outcomeOf(servers: readonly Address[], within = seconds(2)): Promise<unknown> {
  await using client = new ZooKeeperClient({ servers, sessionTimeout: seconds(10) });
  try {
    const connection = await client.connected(within);
    await connection.setData("/a", Buffer.from("1"), 3);
    return "done";
  } catch (error) {
    return error instanceof ZooKeeperError ? [error.answer, error.refused] : error;
  }
}

test("numbers are big-endian, strings and buffers have their length before them", () => {
  const packet = new JuteWriter().int(-2).long(5n).string("/é").boolean(true).packet();
  expect(packet.toString("hex")).toBe(`00000014fffffffe0000000000000005000000032fc3a901`);
  const reader = new JuteReader(packet.subarray(4));
  expect([reader.int(), reader.long(), reader.string()]).toEqual([-2, 5n, "/é"]);
  expect(new JuteReader(Buffer.from("ffffffff", "hex")).buffer()).toHaveLength(0);
});

test("an answer, a refusal, and an answer that tells nothing", async () => {
  const server = (error: number): Promise<Address> =>
    serverThat(9_000, (socket, xid) => socket.write(reply(xid, error)));
  expect(await outcomeOf([await server(0)])).toBe("done");
  expect(await outcomeOf([await server(-103)])).toEqual(["BADVERSION", true]);
  expect(await outcomeOf([await server(-4)])).toEqual(["error -4", false]);
});

test("a connection that is lost under a request leaves it unknown; one that was never had leaves it undone", async () => {
  expect(await outcomeOf([await serverThat(9_000, (socket) => socket.destroy())])).toEqual(["connection", false]);
  const gone = await serverThat(9_000, () => undefined);
  listening.pop()?.close();
  expect(await outcomeOf([gone], milliseconds(60))).toEqual(["connection", true]);
});

test("the next server is tried when one does not take the client", async () => {
  const gone = await serverThat(9_000, () => undefined);
  listening.pop()?.close();
  const other = await serverThat(9_000, (socket, xid) => socket.write(reply(xid, 0)));
  expect(await outcomeOf([gone, other])).toBe("done");
});
