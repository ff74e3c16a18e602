/** Loads on a real cluster: what is acknowledged is read back, whoever dies. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kafkaCluster } from "../../lab/systems/index.ts";
import { produce, startLoad } from "../../lab/systems/loads.ts";
import type { ProduceOptions } from "../../lab/systems/kafka/load/produce-spec.ts";
import type { StartedLoad } from "../../lab/load/types.ts";
import { Holders } from "../../lab/systems/kafka/load/membership.ts";
import { createReader } from "../../lab/systems/kafka/load/reader.ts";
import { perSecond, seconds, waitFor } from "../../lab/time.ts";
import { openKafkaLab } from "./kafka-lab.ts";
import type { KafkaLab } from "./kafka-lab.ts";

describe("a load on three brokers", () => {
  let lab: KafkaLab;

  beforeAll(async () => {
    const topics = { "leader-dies": {}, "reader-dies": {}, "one-acks": {} };
    lab = await openKafkaLab(kafkaCluster({ topics, config: { "broker.session.timeout.ms": "4000" } }));
  });
  afterAll(() => lab[Symbol.asyncDispose]());

  const start = (name: string, options: Partial<ProduceOptions> = {}): Promise<StartedLoad> => {
    const readers = { sessionTimeout: seconds(4) };
    const spec = produce({ to: `kafka.${name}`, rate: perSecond(300), readers, ...options });
    return startLoad({ name, spec, ...lab });
  };

  /** What became of a load, counted from what was journalled. */
  const account = (load: string) => {
    const produced = lab.operations.filter((operation) => operation.load === load && operation.action === "produce");
    const reads = lab.reads.filter((record) => record.load === load);
    const places = new Map(reads.map(({ value, partition, offset }) => [value, `${partition}@${offset}`]));
    const acknowledged = produced.filter(({ outcome }) => outcome === "ok");
    return {
      operations: produced.length,
      values: new Set(produced.map(({ value }) => value)).size,
      notOk: [
        ...new Set(
          produced.filter(({ outcome }) => outcome !== "ok").map(({ outcome, error }) => `${outcome} ${error}`),
        ),
      ],
      lost: acknowledged.filter(({ value }) => !places.has(value)).length,
      misplaced: acknowledged.filter(
        ({ value, partition, offset }) => offset >= 0 && places.get(value) !== `${partition}@${offset}`,
      ).length,
      duplicates: reads.filter(({ value, partition, offset }) => places.get(value) !== `${partition}@${offset}`).length,
      keysRead: reads.every(({ key }) => key > 0),
      ended: lab.events.find((event) => event.type === "load-ended" && event.load === load),
      drained: lab.events.find((event) => event.type === "drained" && event.load === load),
    };
  };

  test("the leader dies: writes go on, nothing acknowledged is lost or doubled", async () => {
    await using load = await start("leader-dies");
    await load.acknowledged(300, { within: seconds(20) });
    const leader = await lab.kafka.leaderOf("leader-dies", 0);
    await leader.kill();
    const killedMs = lab.clock.now();
    await waitFor(
      "partition 0 to be written again",
      () => {
        const again = lab.operations.some(
          ({ load: of, outcome, partition, intendedMs }) =>
            of === "leader-dies" && outcome === "ok" && partition === 0 && intendedMs > killedMs + 500,
        );
        return Promise.resolve(again ? { reached: true } : { seen: "not yet" });
      },
      { within: seconds(25) },
    );
    await leader.start();
    await lab.kafka.inSync("leader-dies", { within: seconds(40) });
    await load.stop();
    await load.drain({ within: seconds(30) });
    const { operations, values, ...rest } = account("leader-dies");
    expect(values).toBe(operations);
    expect(lab.events.find((event) => event.type === "load-started" && event.load === "leader-dies")).toMatchObject({
      part: { one: "partition", column: "partition" },
    });
    expect(rest).toMatchObject({
      notOk: [],
      lost: 0,
      misplaced: 0,
      duplicates: 0,
      keysRead: true,
      ended: { scheduled: operations, offered: operations },
      drained: { complete: true },
    });
  });

  test("a reader is killed: the other reads its partitions, and it comes back", async () => {
    await using load = await start("reader-dies");
    await load.read(300, { within: seconds(30) });
    await waitFor(
      "both readers to read",
      () => {
        const readers = new Set(lab.reads.filter(({ load: of }) => of === "reader-dies").map(({ client }) => client));
        return Promise.resolve(readers.size === 2 ? { reached: true } : { seen: [...readers].join(", ") });
      },
      { within: seconds(20) },
    );
    const [first] = load.clients;
    expect(first?.name).toBe("reader-1 of reader-dies");
    const pid = first?.pid();
    await first?.kill();
    expect(first?.pid()).toBeUndefined();
    expect(() => process.kill(pid ?? 0, 0)).toThrow();
    const killedMs = lab.clock.now();
    const readBy = (client: string, sinceMs: number): Set<number> =>
      new Set(
        lab.reads
          .filter((r) => r.load === "reader-dies" && r.client === client && r.atMs > sinceMs)
          .map(({ partition }) => partition),
      );
    await waitFor(
      "reader-2 to read all partitions",
      () =>
        Promise.resolve(
          readBy("reader-2", killedMs).size === 6
            ? { reached: true }
            : { seen: `${readBy("reader-2", killedMs).size} of 6` },
        ),
      { within: seconds(20) },
    );
    const told = () =>
      lab.events.flatMap((event) =>
        event.type === "client" && event.load === "reader-dies" && event.client === "reader-1"
          ? [{ state: event.state, afterMs: event.atMs - killedMs }]
          : [],
      );
    await waitFor(
      "reader-1 to be told of as dropped",
      () => Promise.resolve(told().length >= 3 ? { reached: true } : { seen: `${told().length} events` }),
      { within: seconds(6) },
    );
    expect(told().map(({ state }) => state)).toEqual(["taking part", "ended", "dropped"]);
    // Its group waited for it for its session, of four seconds.
    expect(told()[2]?.afterMs).toBeGreaterThan(1_000);
    expect(told()[2]?.afterMs).toBeLessThan(6_000);
    await first?.start();
    const startedMs = lab.clock.now();
    await waitFor(
      "reader-1 to read again",
      () => Promise.resolve(readBy("reader-1", startedMs).size > 0 ? { reached: true } : { seen: "nothing" }),
      { within: seconds(20) },
    );
    await load.stop();
    await load.drain({ within: seconds(30) });
    expect(account("reader-dies")).toMatchObject({ notOk: [], lost: 0, misplaced: 0, drained: { complete: true } });
    const assignments = lab.reads
      .filter(({ load: of, client }) => of === "reader-dies" && client === "reader-1")
      .map(({ assignment }) => assignment);
    expect(assignments).toEqual([...assignments].sort((a, b) => a - b));
    expect(
      lab.operations.some(
        ({ load: of, action, outcome }) => of === "reader-dies" && action === "commit" && outcome === "ok",
      ),
    ).toBe(true);
  });

  test("acks=1 and acks=0 work too: offsets are told by the one and not by the other", async () => {
    await using one = await start("one-acks", { acks: "leader", readers: { members: 0 } });
    await one.acknowledged(100, { within: seconds(20) });
    await one.stop();
    const produced = lab.operations.filter(({ load }) => load === "one-acks");
    expect(produced.every(({ outcome, offset }) => outcome === "ok" && offset >= 0)).toBe(true);
    const before = produced.length;
    await using none = await start("one-acks", { acks: "none", readers: { members: 0 } });
    await none.acknowledged(100, { within: seconds(20) });
    await none.stop();
    const silent = lab.operations.filter(({ load }) => load === "one-acks").slice(before);
    expect(silent.every(({ outcome, offset }) => outcome === "ok" && offset === -1)).toBe(true);
  });

  test("a reader whose client library gives up for good is started again, and says so", async () => {
    const events: object[] = [];
    const recorder = {
      operation: () => undefined,
      read: () => undefined,
      event: (event: object) => events.push(event),
    };
    await using reader = createReader({
      load: "refused",
      name: "reader-1",
      orders: {
        ...{ brokers: lab.kafka.brokers(), topic: "one-acks", group: "lab-refused" },
        // Longer than the coordinator allows (group.max.session.timeout.ms): it refuses the join, and kafkajs gives up.
        ...{ sessionTimeoutMs: 2_000_000, commitEveryMs: 1_000, commit: "after" },
      },
      holders: new Holders((partition) => `reader of ${partition}`, recorder),
      ...{ recorder, clock: lab.clock, keyNumber: () => 0, onRead: () => undefined },
    });
    await reader.start();
    const first = reader.pid();
    await waitFor(
      "another process of the reader",
      () => {
        const now = reader.pid();
        return Promise.resolve(
          now !== undefined && now !== first ? { reached: true } : { seen: `process ${now ?? "none"}` },
        );
      },
      { within: seconds(20) },
    );
    expect(events).toContainEqual(
      expect.objectContaining({ type: "note", text: expect.stringMatching(/gave up: .*session timeout/) as string }),
    );
  });

  test("a topic that is not there is a clear error", async () => {
    await expect(start("nowhere")).rejects.toMatchObject({
      code: "load-failed",
      message: "load nowhere: there is no topic nowhere",
    });
  });

  test("after it the cluster can be reset, however long the sessions of its killed readers would last", async () => {
    {
      await using load = await start("one-acks", { readers: { sessionTimeout: seconds(300) } });
      await load.acknowledged(100, { within: seconds(20) });
    }
    await lab.kafka.reset({ within: seconds(30) });
    expect((await lab.kafka.logEnds("one-acks")).map(({ end }) => end)).toEqual([0, 0, 0, 0, 0, 0]);
  });
});
