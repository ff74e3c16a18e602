import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/** About the shortest rehearsal with a fault. */
export default scenario({
  id: "kafka/bench-short",
  title: "A broker freezes for a second",
  description: "For the bench of clusters that are used again.",
  topology: { kafka: kafkaCluster({ topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }) },
  load: { events: produce({ to: "kafka.events", rate: perSecond(100), acks: "all" }) },
  expect: { "no acknowledged record is lost": check.delivery("events") },
  slos: [],
  mutants: {
    "one replica": {
      change: { topology: { kafka: { topics: { events: { replicas: 1, minInSync: 1 } } } } },
      violates: "no acknowledged record is lost",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(100, { within: seconds(30) }));
    const freeze = await step("a broker freezes", () => fault.pause("kafka-1"));
    await step("frozen", () => load.events.runFor(seconds(1)));
    await step("it wakes", () => freeze.heal());
    await step("replicas in sync", () => kafka.inSync("events", { within: seconds(40) }));
  },
});
