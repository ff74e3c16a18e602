/** Which loads are judged, which clusters they use, and what a fault's targets touch. */
import { describe, expect, test } from "vitest";
import { clustersUsed, judgedLoads, targetsTouch } from "../../lab/judging/judged-loads.ts";
import type { Plan } from "../../lab/run-folder/run-folder.ts";
import { seconds } from "../../lab/time.ts";
import { twoPlan } from "./two-of-each.ts";

type Expect = Plan["expect"];
const recovery = (of: string): Expect => ({ recovers: { check: "recovery", of, within: seconds(5) } });
const converges = (of: string): Expect => ({ converges: { check: "convergence", of, within: seconds(5) } });
const observed: Expect = { leads: { check: "observed", subject: "kafka leader", values: [1] } };

describe("loads that are judged", () => {
  const judged = (expected: Expect, slos: readonly string[] = [], load: object = {}): readonly string[] => {
    const plan = twoPlan({ expect: expected });
    return judgedLoads({ ...plan, load: { ...plan.load, ...load } }, slos);
  };

  test.each([
    ["one that an expectation names", recovery("orders"), [], ["orders"]],
    ["one of which an action is named", recovery("orders.add"), [], ["orders"]],
    ["one that an SLO counts", {}, ["events"], ["events"]],
    ["both, one by each", recovery("orders"), ["events"], ["events", "orders"]],
    ["one that writes to a cluster that is named", converges("kafka"), [], ["events"]],
    ["the other one", converges("clickhouse"), [], ["orders"]],
    ["all, where a cluster is named that none writes to", converges("zookeeper"), [], ["events", "orders"]],
    ["all, where nothing is said of any", observed, [], ["events", "orders"]],
    ["all, where an SLO counts one of another plan", {}, ["elsewhere"], ["events", "orders"]],
    ["one of several expectations", { ...observed, ...recovery("events") }, [], ["events"]],
  ] as const)("%s", (_, expected, slos, loads) => {
    expect(judged(expected, slos)).toEqual(loads);
  });

  test.each([
    ["says nothing", undefined],
    ["is nothing", null],
    ["is a text", "kafka.events"],
    ["says no cluster", { kind: "ticks" }],
    ["says one that is no text", { kind: "ticks", to: 3 }],
    ["says nothing of where", { kind: "ticks", to: "" }],
  ])("one that %s writes to none", (_, spec) => {
    expect(judged(converges("kafka"), [], { ticks: spec })).toEqual(["events"]);
  });

  test("a cluster's own name is a place to write to", () => {
    expect(judged(converges("kafka"), [], { ticks: { kind: "ticks", to: "kafka" } })).toEqual(["events", "ticks"]);
  });
});

describe("clusters that a load uses", () => {
  const used = (load: unknown, topology: object = {}): readonly string[] => {
    const plan = twoPlan();
    const all = { ...plan, load: { it: load }, topology: { ...plan.topology, ...topology } };
    return [...clustersUsed(all, "it")].toSorted();
  };
  const ALL = ["clickhouse", "kafka", "zookeeper"];

  test.each([
    ["the one it writes to", { to: "kafka.events" }, ["kafka"]],
    ["and what that names in turn", { to: "clickhouse.lab.orders" }, ["clickhouse", "zookeeper"]],
    ["two", { from: "kafka.events", to: "clickhouse.lab.orders" }, ALL],
    ["one deep in its data", { parts: [{ one: { at: "kafka" } }] }, ["kafka"]],
    ["all, where it names none", { rate: 10, to: "elsewhere.events", nothing: null }, ALL],
    ["all, where there is no data", undefined, ALL],
    ["all, where one only begins alike", { to: "kafkaesque.events" }, ALL],
    ["not what says its kind", { kind: "kafka", system: "kafka", to: "zookeeper" }, ["zookeeper"]],
  ])("%s", (_, load, clusters) => {
    expect(used(load)).toEqual(clusters);
  });

  test("two that name each other end", () => {
    const topology = { a: { system: "s", beside: "b" }, b: { system: "s", beside: "a" } };
    expect(used({ to: "a.x" }, topology)).toEqual(["a", "b"]);
  });
});

describe("what targets touch", () => {
  const TOPOLOGY = { kafka: {}, "kafka-2": {}, minio: {} };
  const touched = (...targets: readonly string[]) => {
    const found = targetsTouch(twoPlan({ topology: TOPOLOGY as unknown as Plan["topology"] }), targets);
    return found && { clusters: [...found.clusters], loads: [...found.loads] };
  };
  const clusters = (...names: readonly string[]) => ({ clusters: names, loads: [] });

  test.each([
    ["a node", ["kafka-1"], clusters("kafka")],
    ["a cluster", ["minio"], clusters("minio")],
    ["the node of a shard", ["minio-1-2"], clusters("minio")],
    ["a node of a cluster whose name begins with another's", ["kafka-2-1"], clusters("kafka-2")],
    ["a name that could be a node, and is a cluster", ["kafka-2"], clusters("kafka-2")],
    ["both ends of a link", ["kafka-1 → minio-1"], clusters("kafka", "minio")],
    ["both ends of a link both ways", ["kafka-1 ⇄ minio-1"], clusters("kafka", "minio")],
    ["a link of clients, by its other end", ["clients → kafka-1"], clusters("kafka")],
    ["a client of a load", ["reader-1 of events"], { clusters: [], loads: ["events"] }],
    ["a client and a node", ["reader-1 of events", "kafka-1"], { clusters: ["kafka"], loads: ["events"] }],
    ["nothing", [], undefined],
    ["clients alone", ["clients"], undefined],
    ["a node of no cluster", ["controller-1"], undefined],
    ["a node of a name that only begins alike", ["kafkaesque-1"], undefined],
    ["a client of a load of no plan", ["reader-1 of ticks"], undefined],
    ["one that can be placed beside one that cannot", ["kafka-1", "controller-1"], undefined],
  ])("%s", (_, targets, found) => {
    expect(touched(...targets)).toEqual(found);
  });
});
