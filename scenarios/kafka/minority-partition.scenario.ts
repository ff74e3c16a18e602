import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * One broker, with the leaders on it, is cut off from the two others, while clients reach both sides.
 * The minority side has lost its quorum: it may not acknowledge anything that the majority does not have.
 */
export default scenario({
  id: "kafka/minority-partition",
  title: "A minority with a leader in it is cut off; clients reach both sides",
  description:
    "The majority elects new leaders. The minority's leader can no longer gather its in-sync replicas, so it acknowledges nothing that would be lost.",
  topology: {
    kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(300), acks: "all" }) },
  expect: {
    "no acknowledged record is lost": check.delivery("events"),
    "a new leader is elected": check.availability({
      of: "events",
      atLeast: 0.98,
      limit: seconds(28),
      during: { step: "two sides" },
    }),
    "replicas converge": check.convergence({ of: "kafka", within: seconds(30) }),
  },
  slos: ["kafka-produce-availability"],
  mutants: {
    "the leader alone acknowledges": {
      change: { load: { events: { acks: "leader" } } },
      violates: "no acknowledged record is lost",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(1_500, { within: seconds(30) }));
    const cut = await step("minority cut", () => fault.partition({ isolate: "leader of events/0" }));
    await step("two sides", () => load.events.runFor(seconds(25)));
    await step("links back", () => cut.heal());
    await step("replicas in sync", () => kafka.inSync("events", { within: seconds(40) }));
    await step("calm", () => load.events.runFor(seconds(4)));
  },
});
