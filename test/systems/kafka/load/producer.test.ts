import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { startProducer } from "../../../../lab/systems/kafka/load/producer.ts";
import { startClock } from "../../../../lab/time.ts";

/** A port of this machine behind which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test("nobody to send to: tried until the deadline, then surely not done", async () => {
  const clock = startClock();
  await using producer = startProducer({
    name: "producer-1",
    brokers: [`127.0.0.1:${await deadPort()}`],
    topic: "events",
    acks: "all",
    clock,
  });
  const errors: string[] = [];
  const record = { value: 0, key: "a", keyNumber: 1, content: "{}", intendedMs: 0, startMs: 0, settled: false };
  const result = await producer.send(0, [record], clock.now() + 2_500, (error) => errors.push(error));
  expect(result).toEqual({ outcome: "failed", error: "connection" });
  expect(errors.length).toBeGreaterThan(1);
  expect(new Set(errors)).toEqual(new Set(["connection"]));
});
