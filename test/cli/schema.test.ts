import { expect, test } from "vitest";
import { exitOfSchema } from "../../lab/cli/exit-codes.ts";
import { describeSchema, type SchemaState } from "../../lab/cli/schema.ts";
import { layoutDifferences } from "../../lab/systems/kafka/schema.ts";
import { kafkaCluster, membersOf } from "../../lab/systems/kafka/index.ts";

const whole: SchemaState = { cluster: "minio", system: "minio", state: "as written" };
const differs: SchemaState = {
  cluster: "clickhouse",
  system: "clickhouse",
  state: "differs",
  differences: ["clickhouse-1-2 has no table lab.events (002-events.sql)"],
};
const failed: SchemaState = {
  cluster: "clickhouse",
  system: "clickhouse",
  state: "failed",
  error: "clickhouse-1-2 refused a statement of 002-events.sql: refused\nCREATE TABLE IF NOT EXISTS lab.events",
};

test("the exit code tells whether all is as written, something is not, or could not be seen", () => {
  expect(exitOfSchema([whole])).toBe(0);
  expect(exitOfSchema([])).toBe(0);
  expect(exitOfSchema([whole, differs])).toBe(4);
  expect(exitOfSchema([differs, failed, whole])).toBe(3);
});

test("people read which node and which statement", () => {
  expect(describeSchema([])).toBe("no cluster of this run has anything deployed to it");
  expect(describeSchema([whole, differs, failed])).toMatchInlineSnapshot(`
    "✓ minio: as written
    ✗ clickhouse: differs
        clickhouse-1-2 has no table lab.events (002-events.sql)
    ✗ clickhouse: failed
        clickhouse-1-2 refused a statement of 002-events.sql: refused
        CREATE TABLE IF NOT EXISTS lab.events"
  `);
});

test("a topic of another shape is told, by the broker that knows it so", () => {
  const spec = kafkaCluster({ topics: { events: { partitions: 2, replicas: 2 } } });
  const [member] = membersOf(spec);
  if (member === undefined) throw new Error("there is no first");
  const on = (partition: number, replicas: readonly number[]) => ({
    topic: "events",
    partition,
    leader: 1,
    leaderEpoch: 0,
    replicas,
    inSync: replicas,
  });
  const told = (...partitions: ReturnType<typeof on>[]): readonly string[] =>
    layoutDifferences(spec, { member }, { partitions });
  expect(told(on(0, [1, 2]), on(1, [2, 3]))).toEqual([]);
  expect(told()).toEqual(["kafka-1: topic events is not there"]);
  expect(told(on(0, [1, 2]))).toEqual(["kafka-1: topic events has 1 partitions, not 2"]);
  expect(told(on(0, [1, 2]), on(1, [2]))).toEqual(["kafka-1: topic events has 2 or 1 replicas, not 2"]);
});
