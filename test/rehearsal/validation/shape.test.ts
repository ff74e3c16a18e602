import { describe, expect, test } from "vitest";
import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../../lab/index.ts";
import { shapeProblems } from "../../../lab/rehearsal/validation/shape.ts";

const whole = scenario({
  id: "kafka/whole",
  title: "A leader is killed",
  description: "Another takes over.",
  topology: { kafka: kafkaCluster({ topics: { events: { partitions: 1 } } }) },
  load: { events: produce({ to: "kafka.events", rate: perSecond(10), timeout: seconds(1) }) },
  regions: { east: "kafka-1" },
  tools: ["toxiproxy"],
  assume: { "all is read": check.delivery("events") },
  expect: { "nothing is lost": check.delivery("events") },
  slos: ["kafka-produce-availability"],
  mutants: { "one replica": { change: {}, violates: "nothing is lost" } },
  run: () => Promise.resolve(),
});

const told = (change: Readonly<Record<string, unknown>>): readonly string[] =>
  shapeProblems({ ...whole, ...change }).map(({ path, what, hint }) => `${path.join(".")} ${what} (${hint})`);

describe("the shape of a scenario", () => {
  test("fits a whole one", () => {
    expect(shapeProblems(whole)).toEqual([]);
  });

  test.each([
    ["an SLO that is a number", { slos: ["a", 42] }, "slos.1 must be string"],
    ["an assumption that is no check", { assume: { z: 5 } }, "assume.z must be object"],
    ["an expectation without a check", { expect: { e: { of: "events" } } }, "expect.e.check is missing"],
    ["a cluster that is null", { topology: { kafka: null } }, "topology.kafka must be object"],
    ["a load without a kind", { load: { events: {} } }, "load.events.kind is missing"],
    ["a change that is null", { mutants: { m: { change: null, violates: "e" } } }, "mutants.m.change must be object"],
    ["an empty title", { title: "" }, "title must NOT have fewer than 1 characters"],
    ["an id too long for a folder", { id: `kafka/${"a".repeat(95)}` }, "id must NOT have more than 100 characters"],
    ["a setting that is a list", { settings: { s: [] } }, "settings.s must be string,number,boolean"],
  ])("does not fit %s", (_, change, problem) => {
    expect(told(change)).toContain(`${problem} (docs/write-a-scenario.md shows a whole one)`);
  });

  test("an id just short enough fits", () => {
    expect(told({ id: `kafka/${"a".repeat(94)}` })).toEqual([]);
  });

  test("knows its fields, and which was meant", () => {
    expect(told({ expects: {} })).toEqual(["expects is no field of a scenario (did you mean expect?)"]);
  });
});

describe("what is no definition of a scenario", () => {
  const make = (definition: unknown): unknown => scenario(definition as Parameters<typeof scenario>[0]);
  test.each([
    ["null", null, "scenario null: it is no object"],
    ["one without a script", { ...whole, run: undefined }, 'scenario "kafka/whole": it has no script'],
    ["one whose load is no map", { ...whole, load: 3 }, "its load is not a map of names"],
  ])("%s is refused", (_, definition, message) => {
    expect(() => make(definition)).toThrow(message);
  });
});
