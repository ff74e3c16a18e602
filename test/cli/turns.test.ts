import { describe, expect, test } from "vitest";
import { sideBySide, turnsOf, type Item } from "../../lab/cli/turns.ts";
import { check, kafkaCluster, perSecond, produce, scenario } from "../../lab/index.ts";

const named = (name: string, brokers: number): Item => ({
  scenario: scenario({
    id: `kafka/${name}`,
    title: "t",
    description: "d",
    topology: { kafka: kafkaCluster({ brokers, topics: { events: {} } }) },
    load: { events: produce({ to: "kafka.events", rate: perSecond(10), acks: "all" }) },
    expect: { "nothing is lost": check.delivery("events") },
    slos: [],
    mutants: {
      "five brokers": { change: { topology: { kafka: { brokers: 5 } } }, violates: "nothing is lost" },
      "the leader alone": { change: { load: { events: { acks: "leader" } } }, violates: "nothing is lost" },
    },
    run: () => Promise.resolve(),
  }),
});

const [a3, b3, c3] = [named("a", 3), named("b", 3), named("c", 3)];
const d5 = named("d", 5);
const words = (items: readonly (Item & { readonly round?: number })[]): string =>
  items
    .map(
      ({ scenario: { id }, mutant, round }) =>
        `${id.slice(6)}${mutant === undefined ? "" : `:${mutant}`}${round ?? ""}`,
    )
    .join(" ");

describe("side by side", () => {
  test("come those of one topology, each where the first of it was, and otherwise in their order", () => {
    expect(words(sideBySide([c3, d5, a3, b3]))).toBe("c a b d");
    expect(words(sideBySide([]))).toBe("");
  });

  test("a mutant stands by its own topology, not by its scenario's", () => {
    const mutants = [a3, b3].flatMap(({ scenario }) =>
      Object.keys(scenario.mutants).map((mutant) => ({ scenario, mutant })),
    );
    expect(words(sideBySide([...mutants, d5]))).toBe(
      "a:five brokers b:five brokers d a:the leader alone b:the leader alone",
    );
  });
});

describe("turns", () => {
  test("are taken round by round among neighbours of one topology", () => {
    expect(words(turnsOf([a3, b3, d5, c3], 2))).toBe("a1 b1 a2 b2 d1 d2 c1 c2");
  });

  test("once each: in the order given", () => {
    expect(words(turnsOf([d5, a3, d5, b3], 1))).toBe("d1 a1 d1 b1");
  });
});
