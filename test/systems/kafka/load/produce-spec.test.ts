import fc from "fast-check";
import { expect, test } from "vitest";
import { destinationOf, produce } from "../../../../lab/systems/kafka/load/produce-spec.ts";
import { ValueSet } from "../../../../lab/load/value-set.ts";
import { milliseconds, perSecond } from "../../../../lab/time.ts";
import { refusal } from "../../../refusal.ts";

test("a load has defaults", () => {
  expect(produce({ to: "kafka.web.events", readers: { members: 3 } })).toEqual({
    kind: "produce",
    to: "kafka.web.events",
    rate: 500,
    acks: "all",
    timeout: 30_000,
    producers: 2,
    readers: { members: 3, sessionTimeout: 6_000, commitEvery: 1_000, commit: "after" },
  });
  expect(destinationOf(produce({ to: "kafka.web.events" }))).toEqual({ cluster: "kafka", topic: "web.events" });
});

test("mistakes are named with the field and what would do", () => {
  expect([
    refusal(() => produce({ to: "events" })),
    refusal(() => produce({ to: "kafka.events", rate: perSecond(0) })),
    refusal(() => produce({ to: "kafka.events", producers: 0 })),
    refusal(() => produce({ to: "kafka.events", timeout: milliseconds(10) })),
    refusal(() => produce({ to: "kafka.events", readers: { sessionTimeout: milliseconds(5) } })),
  ]).toMatchInlineSnapshot(`
    [
      "bad-scenario: produce: to is "events"; use cluster and topic: "kafka.events"",
      "bad-scenario: produce: rate is 0; use 0.1 to 50000 records a second",
      "bad-scenario: produce: producers is 0; use a whole number from 1 to 16",
      "bad-scenario: produce: timeout is 10 ms; use 1 s to 10 min",
      "bad-scenario: produce: readers.sessionTimeout is 5.0 ms; use 1 s to 5 min",
    ]
  `);
});

test("a set of values counts each once, like a Set", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1, max: 40_000 })), (values) => {
      const set = new ValueSet();
      for (const value of values) set.add(value);
      expect(set.size).toBe(new Set(values.filter((value) => value >= 0)).size);
    }),
  );
});
