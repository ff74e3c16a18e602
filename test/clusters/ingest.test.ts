/** The real ingest service before real Kafka: what it acknowledged is there, through a dead leader and a drained replica. */
import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ingestService } from "../../lab/platform/ingest/index.ts";
import { kafkaClient } from "../../lab/systems/kafka/client.ts";
import { kafkaCluster } from "../../lab/systems/kafka/index.ts";
import { textOf } from "../../lab/systems/endpoint.ts";
import { milliseconds, seconds, waitFor } from "../../lab/time.ts";
import { openClusters } from "./test-clusters.ts";

const traffic = gunzipSync(readFileSync(new URL("../../fixtures/web-access.jsonl.gz", import.meta.url)))
  .toString()
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

const eventOf = (n: number): string => JSON.stringify({ n, ...traffic[n % traffic.length] });

test(
  "what it acknowledged is in Kafka, with the leader killed and a replica drained meanwhile",
  { timeout: 120_000 },
  async () => {
    await using lab = await openClusters({
      kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 3, replicas: 3, minInSync: 2 } } }),
      ingest: ingestService(),
    });
    const { kafka, ingest } = lab.clusters;
    const acknowledged = new Set<number>();
    const codes = new Map<number, number>();
    let next = 0;
    const stop = new AbortController();

    /** Posts ten at a time, to one replica and the other in turn, and sends again what was not acknowledged. */
    const post = async (numbers: readonly number[]): Promise<void> => {
      for (let tries = 0; tries < 200; tries += 1) {
        const address = ingest.replicas[(tries + Math.floor((numbers[0] ?? 0) / 10)) % 2];
        if (address === undefined) throw new Error("there are two replicas");
        const answer = await fetch(`http://${textOf(address)}/events`, {
          method: "POST",
          body: numbers.map(eventOf).join("\n"),
          headers: { "content-type": "application/x-ndjson" },
        }).catch(() => undefined);
        await answer?.text();
        codes.set(answer?.status ?? 0, (codes.get(answer?.status ?? 0) ?? 0) + 1);
        if (answer?.status !== 200) continue;
        for (const number of numbers) acknowledged.add(number);
        return;
      }
    };
    const sender = async (): Promise<void> => {
      while (!stop.signal.aborted) await post(Array.from({ length: 10 }, () => next++));
    };
    const past = (count: number): Promise<unknown> =>
      waitFor(
        `${count} events to be acknowledged`,
        () => Promise.resolve(acknowledged.size >= count ? { reached: true } : { seen: String(acknowledged.size) }),
        { within: seconds(60), every: milliseconds(50) },
      );

    const senders = [sender(), sender(), sender()];
    await past(200);
    const [leader] = (await kafka.resolve("leader of events/0", lab.random)) ?? [];
    await leader?.kill();
    await past(acknowledged.size + 500);
    // SIGTERM: it takes itself out, answers what it took, and ends by itself.
    const [replica] = ingest.nodes;
    expect(await replica?.terminate(seconds(25))).toEqual({ graceful: true });
    expect((await replica?.state())?.exitCode).toBe(0);
    await past(acknowledged.size + 100);
    stop.abort();
    await Promise.all(senders);
    expect(codes.get(200)).toBeGreaterThan(50);

    await leader?.start();
    await kafka.ready({ within: seconds(60) });
    const seen = new Set<number>();
    const client = kafkaClient({ brokers: kafka.nodes.map((node) => textOf(node.endpoint(9094))), clientId: "reader" });
    const consumer = client.consumer({ groupId: "reader", sessionTimeout: 10_000 });
    await consumer.connect();
    await consumer.subscribe({ topic: "events", fromBeginning: true });
    await consumer.run({
      eachMessage: ({ message }) => {
        seen.add((JSON.parse(message.value?.toString() ?? "{}") as { readonly n: number }).n);
        return Promise.resolve();
      },
    });
    const missing = (): number[] => [...acknowledged].filter((n) => !seen.has(n));
    try {
      await waitFor(
        "every acknowledged event to be read",
        () => Promise.resolve(missing().length === 0 ? { reached: true } : { seen: `${missing().length} are missing` }),
        { within: seconds(30), every: milliseconds(100) },
      );
    } finally {
      await consumer.disconnect();
    }
  },
);
