import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import kafkajs from "kafkajs";
import { describe, expect, test } from "vitest";
import { outcomeOf } from "../../../lab/systems/kafka/admin.ts";
import { errorName } from "../../../lab/systems/kafka/client.ts";
import { apiVersions } from "../../../lab/systems/kafka/messages.ts";
import { watchedSockets } from "../../../lab/systems/kafka/socket.ts";
import { ask } from "../../../lab/systems/kafka/wire.ts";
import { LabError } from "../../../lab/errors.ts";
import { milliseconds, monotonicMs, seconds, withLimit } from "../../../lab/time.ts";

describe("errors have Kafka's own names", () => {
  const protocolError = Object.assign(new kafkajs.KafkaJSError("no"), { type: "NOT_LEADER_FOR_PARTITION" });
  test.each([
    ["renamed", protocolError, "NOT_LEADER_OR_FOLLOWER"],
    [
      "wrapped by the last retry",
      new kafkajs.KafkaJSNumberOfRetriesExceeded(protocolError, { retryCount: 0, retryTime: 0 }),
      "NOT_LEADER_OR_FOLLOWER",
    ],
    [
      "several",
      Object.assign(new Error("all"), { errors: [Object.assign(new Error("one"), { type: "INVALID_CONFIG" })] }),
      "INVALID_CONFIG",
    ],
    ["a connection", new kafkajs.KafkaJSConnectionError("refused"), "connection"],
    ["a lab's limit", new LabError({ code: "wait-timeout", message: "too long" }), "timeout"],
    ["anything else", new TypeError("bug"), "TypeError"],
  ])("%s", (_, error, name) => {
    expect(errorName(error)).toBe(name);
  });

  test("only a refusal is a failure; what may have been done is unknown", () => {
    expect(outcomeOf("TOPIC_ALREADY_EXISTS")).toBe("failed");
    expect(outcomeOf("REQUEST_TIMED_OUT")).toBe("unknown");
    expect(outcomeOf("connection")).toBe("unknown");
  });
});

/** Takes connections and never says a word, like a frozen node. */
async function silentServer(): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.resume();
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return { port: (server.address() as AddressInfo).port, server };
}

describe("a silent node", () => {
  test("a question to it ends at its limit", async () => {
    const { port, server } = await silentServer();
    await expect(ask({ host: "127.0.0.1", port }, apiVersions(), milliseconds(80))).rejects.toMatchObject({
      code: "wait-timeout",
    });
    server.close();
  });

  test("a question to nobody fails at once", async () => {
    const { port, server } = await silentServer();
    await new Promise((resolve) => server.close(resolve));
    await expect(ask({ host: "127.0.0.1", port }, apiVersions(), seconds(5))).rejects.toThrow("ECONNREFUSED");
  });

  test("a connection is given up when nothing answers, but not while a group is being joined", async () => {
    const { port, server } = await silentServer();
    const open = watchedSockets(milliseconds(150));
    const request = (apiKey: number): Buffer => Buffer.from([0, 0, 0, 4, 0, apiKey, 0, 0]);
    const joining = open({ host: "127.0.0.1", port, ssl: undefined as never, onConnect: () => undefined });
    joining.write(request(11));
    const producing = open({ host: "127.0.0.1", port, ssl: undefined as never, onConnect: () => undefined });
    const startedMs = monotonicMs();
    producing.write(request(0));
    const reason = await withLimit(
      "an error",
      seconds(5),
      new Promise<Error>((resolve) => producing.once("error", resolve)),
    );
    expect(reason.message).toBe(`no answer from 127.0.0.1:${port} for 150 ms`);
    expect(monotonicMs() - startedMs).toBeGreaterThanOrEqual(149);
    expect(joining.destroyed).toBe(false);

    const again = open({ host: "127.0.0.1", port, ssl: undefined as never, onConnect: () => undefined });
    const second = await withLimit(
      "an error",
      seconds(5),
      new Promise<Error>((resolve) => again.once("error", resolve)),
    );
    expect(second.message).toBe(`still no answer from 127.0.0.1:${port}`);
    joining.destroy();
    server.close();
  });
});
