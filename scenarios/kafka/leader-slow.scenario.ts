import { check, kafkaCluster, milliseconds, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * The leader's links with the other brokers get slow: 300 ms ± 60 ms more each way.
 * What it acknowledges is still on two brokers; what gets slow is every write that waits for a follower.
 */
export default scenario({
  id: "kafka/leader-slow",
  title: "The leader's links with the other brokers get slow",
  description:
    "With all in-sync replicas asked, a slow link costs each write the time of a copy and no data, as long as producers wait longer than that.",
  topology: {
    kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
  },
  tools: ["toxiproxy"],
  load: { events: produce({ to: "kafka.events", rate: perSecond(300), acks: "all", timeout: seconds(15) }) },
  expect: {
    "no acknowledged record is lost": check.delivery("events"),
    "writes get through the slow links": check.availability({
      of: "events",
      atLeast: 0.97,
      limit: seconds(10),
      during: { step: "slow links" },
    }),
    "replicas converge": check.convergence({ of: "kafka", within: seconds(30) }),
  },
  slos: ["kafka-produce-availability"],
  mutants: {
    // Long enough for every copy over fast links.
    "producers wait a second": {
      change: { load: { events: { timeout: seconds(1) } } },
      violates: "writes get through the slow links",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(1_500, { within: seconds(30) }));
    const leader = await kafka.leaderOf("events", 0);
    const others = kafka.nodes.filter((node) => node.name !== leader.name);
    const slow = await step("links get slow", () =>
      fault.delay({ between: [leader, others], delay: milliseconds(300), jitter: milliseconds(60) }),
    );
    await step("slow links", () => load.events.runFor(seconds(15)));
    await step("links fast again", () => slow.heal());
    await step("replicas in sync", () => kafka.inSync("events", { within: seconds(40) }));
    await step("calm", () => load.events.runFor(seconds(4)));
  },
});
