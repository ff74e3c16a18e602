/** A helper in a node's network: further commands in its container, and ways into that network for clients of the lab. */
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type Docker from "dockerode";
import { seconds, withLimit } from "../../time.ts";
import { execIn } from "./exec.ts";
import { startHelper, type HelperOrder } from "./helper.ts";
import { frameReader } from "./output.ts";
import type { LinkHelper } from "../types.ts";

/** @throws LabError `node-failed` */
export async function startLinkHelper(docker: Docker, order: HelperOrder): Promise<LinkHelper> {
  const helper = await startHelper(docker, order);
  const ways: Way[] = [];
  return {
    input: helper.input,
    onOutput: (listener) => helper.onOutput(listener),
    onError: (listener) => helper.onError(listener),
    exec: (command, options) => execIn(helper.container, "the helper", command, options?.within),
    async forward(address, port) {
      const way = await openWay(helper.container, address, port);
      ways.push(way);
      return way.port;
    },
    async [Symbol.asyncDispose]() {
      for (const way of ways) way[Symbol.dispose]();
      await helper[Symbol.asyncDispose]();
    },
  };
}

interface Way extends Disposable {
  readonly port: number;
}

/** Joins its own input and output to an address. */
const JOIN = 'exec 3<>"/dev/tcp/$0/$1"; cat <&3 & cat >&3; kill $!';

/**
 * A container that shares another's network can publish no port, and its address can not be reached from everywhere:
 * each connection is carried by a command in the container instead.
 */
async function openWay(container: Docker.Container, address: string, port: number): Promise<Way> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    carry(container, ["bash", "-c", JOIN, address, String(port)], socket).catch(() => socket.destroy());
  });
  const listening = new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  await withLimit("a free port on 127.0.0.1", seconds(5), listening);
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function carry(container: Docker.Container, command: string[], socket: Socket): Promise<void> {
  const exec = await container.exec({ Cmd: command, AttachStdin: true, AttachStdout: true, AttachStderr: true });
  const stream = await exec.start({ hijack: true, stdin: true });
  stream.on(
    "data",
    frameReader((channel, text) => {
      if (channel === "output") socket.write(text);
    }),
  );
  stream.on("error", () => socket.destroy());
  stream.on("end", () => socket.end());
  socket.on("close", () => stream.end());
  socket.pipe(stream);
}
