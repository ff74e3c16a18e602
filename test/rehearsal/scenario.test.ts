import { describe, expect, test } from "vitest";
import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";
import { mutate } from "../../lab/rehearsal/scenario.ts";

const definition = {
  id: "kafka/example",
  title: "t",
  description: "d",
  topology: { kafka: kafkaCluster({ topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }) },
  load: { events: produce({ to: "kafka.events", rate: perSecond(10), acks: "all" }) },
  expect: { "nothing is lost": check.delivery("events") },
  slos: [],
  mutants: {
    "one replica": {
      change: { topology: { kafka: { topics: { events: { replicas: 1, minInSync: 1 } } } } },
      violates: "nothing is lost",
    },
    "another setting": {
      change: { topology: { kafka: { config: { "unclean.leader.election.enable": "true" } } } },
      violates: "nothing is lost",
    },
  },
  run: () => Promise.resolve(),
} as const;

describe("a scenario", () => {
  test("refuses what could not fail", () => {
    expect(() => scenario({ ...definition, expect: {}, mutants: {} })).toThrowErrorMatchingInlineSnapshot(
      `[LabError: scenario "kafka/example": it expects nothing, so it could not fail]`,
    );
    expect(() => scenario({ ...definition, mutants: {} })).toThrowErrorMatchingInlineSnapshot(
      `[LabError: scenario "kafka/example": it has no mutant, so nobody has seen it red]`,
    );
    expect(() => scenario({ ...definition, id: "Kafka/X" })).toThrowErrorMatchingInlineSnapshot(
      `[LabError: scenario "Kafka/X": its id must be SYSTEM/NAME in kebab-case, like its file]`,
    );
  });

  test("does not compile when a mutant names an expectation that is not there", () => {
    scenario({
      ...definition,
      mutants: {
        wrong: {
          change: {},
          // @ts-expect-error: not one of the expectations
          violates: "something else",
        },
      },
    });
    scenario({
      ...definition,
      mutants: {
        wrong: {
          // @ts-expect-error: the load has no such setting
          change: { load: { events: { acknowledgement: "none" } } },
          violates: "nothing is lost",
        },
      },
    });
  });
});

describe("a mutant", () => {
  const original = scenario(definition);

  test("is the scenario with its change merged over the data, and nothing else", () => {
    const changed = mutate(original, "one replica");
    expect(changed.topology).toEqual({
      kafka: { ...definition.topology.kafka, topics: { events: { partitions: 6, replicas: 1, minInSync: 1 } } },
    });
    expect(changed.load).toEqual(original.load);
    expect(changed.expect).toEqual(original.expect);
    expect(original.topology).toEqual(definition.topology);
  });

  test("may add a setting in a system's own names, dots and all", () => {
    expect(mutate(original, "another setting").topology["kafka"]).toMatchObject({
      config: { "unclean.leader.election.enable": "true" },
    });
  });

  test("that changes what is not there is refused, by name", () => {
    const wrong = {
      ...original,
      mutants: { wrong: { change: { load: { event: { acks: "none" } } }, violates: "nothing is lost" } },
    };
    expect(() => mutate(wrong, "wrong")).toThrowErrorMatchingInlineSnapshot(
      `[LabError: mutant "wrong".load.event: the scenario has no such value to change]`,
    );
    expect(() => mutate(original, "no such")).toThrowErrorMatchingInlineSnapshot(
      `[LabError: scenario kafka/example has no mutant "no such"]`,
    );
  });
});

test("durations carry their unit", () => {
  expect(seconds(2)).toBe(2_000);
});
