import { Ajv } from "ajv";
import { describe, expect, expectTypeOf, test } from "vitest";
import { seededRandom } from "../../lab/random.ts";
import type { RunningBatches } from "../../lab/systems/spark/load/batches-load.ts";
import type { BatchesSpec } from "../../lab/systems/spark/load/batches-spec.ts";
import type { ProduceSpec } from "../../lab/systems/kafka/load/produce-spec.ts";
import type { RunningLoad } from "../../lab/load/types.ts";
import { batches, loadKind, loadKinds, objects, produce, registers, rows, startLoad } from "../../lab/systems/loads.ts";
import type { LoadOf, LoadSpec } from "../../lab/systems/loads.ts";
import { intentsOf } from "../../lab/systems/minio/load/objects-load.ts";
import { planOf } from "../../lab/systems/zookeeper/load/register-load.ts";
import { perSecond, seconds, startClock } from "../../lab/time.ts";

/** One of each kind; a kind that is not here fails the first test. */
const samples: readonly LoadSpec[] = [
  produce({ to: "kafka.web.events" }),
  rows({ to: "clickhouse.lab.events" }),
  batches({ to: "spark", lake: "minio.lakehouse", table: "events" }),
  objects({ to: "minio.rehearsal" }),
  registers({ to: "zookeeper" }),
];

test("every kind of load is told by its name, and its schema takes what its builder makes", () => {
  expect(samples.map(({ kind }) => kind).sort()).toEqual(loadKinds.map(({ kind }) => kind).sort());
  for (const sample of samples) {
    const kind = loadKind(sample);
    const valid = new Ajv().compile(kind.schema);
    expect(valid(sample), JSON.stringify(valid.errors)).toBe(true);
    expect(kind.problems(sample)).toEqual([]);
    expect(kind.problems({ ...sample, rate: 0 })).toMatchObject([{ field: "rate", what: "is 0" }]);
  }
});

test("what a load needs is named, so that it can be looked for before anything starts", () => {
  expect(samples.flatMap((sample) => loadKind(sample).needs(sample))).toMatchInlineSnapshot(`
    [
      {
        "cluster": "kafka",
        "name": "web.events",
        "system": "kafka",
        "what": "topic",
      },
      {
        "cluster": "clickhouse",
        "name": "lab.events",
        "system": "clickhouse",
        "what": "table",
      },
      {
        "cluster": "spark",
        "system": "spark",
      },
      {
        "cluster": "minio",
        "name": "lakehouse",
        "system": "minio",
        "what": "bucket",
      },
      {
        "cluster": "minio",
        "name": "rehearsal",
        "system": "minio",
        "what": "bucket",
      },
      {
        "cluster": "zookeeper",
        "system": "zookeeper",
      },
    ]
  `);
});

test("how quickly a load goes is no more than its clients can do", () => {
  const pace = (spec: LoadSpec) => loadKind(spec).pace(spec);
  expect(pace(produce({ to: "kafka.events", rate: perSecond(300) }))).toEqual({
    perSecond: 300,
    usual: 20,
    longest: 30_000,
  });
  // One batch at a time, each about five seconds: not the rate that the schedule wants.
  expect(pace(batches({ to: "spark", lake: "minio.lakehouse", table: "t" }))).toMatchObject({ perSecond: 0.2 });
  expect(
    pace(batches({ to: "spark", lake: "minio.lakehouse", table: "t", acknowledgeAfter: seconds(5) })),
  ).toMatchObject({ perSecond: 0.1, usual: 10_000 });
});

test("a load under way is what its spec stands for", () => {
  expectTypeOf<LoadOf<BatchesSpec>>().toEqualTypeOf<RunningBatches>();
  expectTypeOf<LoadOf<ProduceSpec>>().toEqualTypeOf<RunningLoad>();
});

test("a load that goes to no such cluster is refused", async () => {
  const recorder = { operation: () => undefined, read: () => undefined, event: () => undefined };
  const start = (clusters: Record<string, { name: string; system: string }>) =>
    startLoad({
      ...{ name: "events", spec: produce({ to: "kafka.events" }), clusters },
      ...{ recorder, clock: startClock(), random: seededRandom(1) },
    });
  await expect(start({})).rejects.toMatchObject({
    code: "bad-scenario",
    message: "load events goes to kafka, which is not in the topology",
  });
  await expect(start({ kafka: { name: "kafka", system: "minio" } })).rejects.toMatchObject({
    message: "load events goes to kafka, which is no kafka cluster",
  });
});

describe("what an operation is to do hangs on its number alone", () => {
  const numbers = Array.from({ length: 200 }, (_, k) => k);
  /** As another machine, or another day, would ask for them. */
  const otherwise = numbers.toSorted((a, b) => ((a * 37) % 200) - ((b * 37) % 200));
  const random = () => seededRandom(42).fork("load x");

  test("of a register", () => {
    const spec = registers({ to: "zookeeper" });
    const first = random();
    const ordered = numbers.map((k) => planOf(k, { random: first, spec }));
    const second = random();
    second.integer(7);
    const shuffled = new Map(otherwise.map((k) => [k, planOf(k, { random: second, spec })]));
    expect(numbers.map((k) => shuffled.get(k))).toEqual(ordered);
    expect(new Set(ordered.map(({ action, key }) => `${action} ${key}`)).size).toBe(15);
  });

  test.each([false, true])("of an object, written once: %s", (once) => {
    const spec = objects({ to: "minio.rehearsal", once });
    const first = intentsOf({ random: random(), spec });
    const ordered = numbers.map((k) => first.of(k));
    const second = intentsOf({ random: random(), spec });
    const shuffled = new Map(otherwise.map((k) => [k, second.of(k)]));
    expect(numbers.map((k) => shuffled.get(k))).toEqual(ordered);
    expect(second.written).toBe(first.written);
  });
});
