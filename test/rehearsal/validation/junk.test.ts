/** Whatever stands in the place of any value, validation says what is wrong and never throws. */
import { expect, test } from "vitest";
import { check, kafkaCluster, minioCluster, objects, produce, seconds } from "../../../lab/index.ts";
import type { Scenario } from "../../../lab/rehearsal/scenario.ts";
import { plainData } from "../../../lab/rehearsal/validation/plain-data.ts";
import { readProject } from "../../../lab/rehearsal/validation/project.ts";
import { validateScenario } from "../../../lab/rehearsal/validation/validate.ts";
import { refusal } from "../../refusal.ts";

const project = readProject();

const data: Omit<Scenario, "run"> = {
  id: "kafka/junk",
  title: "t",
  description: "d",
  topology: { kafka: kafkaCluster({ topics: { events: {} } }), minio: minioCluster() },
  load: {
    events: produce({ to: "kafka.events" }),
    objects: objects({ to: "minio.rehearsal" }),
  },
  settings: { pauses: 3 },
  regions: { east: "kafka-1, kafka-2" },
  expect: {
    "nothing is lost": check.delivery("events"),
    "writes recover": check.recovery({ of: "events", within: seconds(15) }),
  },
  slos: ["kafka-produce-latency"],
  mutants: { m: { change: { load: { events: { acks: "leader" } } }, violates: "writes recover" } },
};
const whole: Scenario = { ...data, run: () => Promise.resolve() };

const JUNK: readonly unknown[] = [null, undefined, "", [], {}, -1, 1.5, NaN, 1e30, true, "a.b.c", [null], { a: null }];

type Way = readonly string[];

const waysInto = (value: unknown, at: Way = []): readonly Way[] =>
  typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, inside]) => [[...at, key], ...waysInto(inside, [...at, key])])
    : [];

function replaced(value: unknown, [key, ...rest]: Way, junk: unknown): unknown {
  if (key === undefined) return junk;
  const changed = Object.entries(value as object).map(([each, inside]) => [
    each,
    each === key ? replaced(inside, rest, junk) : (inside as unknown),
  ]);
  const map = Object.fromEntries(changed) as Readonly<Record<string, unknown>>;
  return Array.isArray(value) ? Object.values(map) : map;
}

test("junk in any one place is told and never thrown", () => {
  expect(validateScenario(whole, { project })).toEqual([]);
  const ways = waysInto(data);
  expect(ways.length).toBeGreaterThan(60);
  ways.forEach((way, place) => {
    for (const junk of [JUNK[place % JUNK.length], JUNK[(place * 7 + 3) % JUNK.length]]) {
      const given = { ...(replaced(data, way, junk) as typeof data), run: () => Promise.resolve() };
      const told = refusal(() => String(validateScenario(given, { project }).length));
      expect(told, `${way.join(".")} is ${JSON.stringify(junk)}`).toBe("accepted");
    }
  });
});

test("plain data is copied as it is", () => {
  expect(plainData(data)).toEqual(data);
  const map = plainData(JSON.parse('{"__proto__": {"a": 1}}'));
  expect(Object.keys(map as object)).toEqual(["__proto__"]);
});

test("data without end is refused", () => {
  const deep = Array.from({ length: 50 }).reduce<unknown>((inside) => ({ inside }), 1);
  expect(refusal(() => plainData(deep))).toContain("inside.inside.inside refers to itself, or never ends");
  expect(refusal(() => plainData(Array(100_001).fill(0)))).toContain("it holds more than 100000 values");
});
