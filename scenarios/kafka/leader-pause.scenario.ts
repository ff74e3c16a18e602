import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * The leader is frozen for longer than its session, replaced, and then wakes up believing that it still leads.
 * With all in-sync replicas asked, nothing that the zombie alone has was ever acknowledged.
 */
export default scenario({
  id: "kafka/leader-pause",
  title: "A leader freezes, is replaced, and wakes up as a zombie",
  description:
    "A frozen leader is fenced when its session ends. What it alone had was never acknowledged, so nothing is lost when it wakes up and cuts back its log.",
  topology: {
    kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(400), acks: "all" }) },
  expect: {
    "no acknowledged record is lost": check.delivery("events"),
    "writes recover while it sleeps": check.recovery({ of: "events", within: seconds(20) }),
    "replicas converge": check.convergence({ of: "kafka", within: seconds(30) }),
  },
  slos: ["kafka-produce-availability", "kafka-end-to-end-delay", "kafka-recovery-time"],
  mutants: {
    "the leader alone acknowledges": {
      // Followers that fetch twice a second, as on a slow link, keep the window open in which only the leader has a record.
      change: {
        load: { events: { acks: "leader" } },
        topology: { kafka: { config: { "replica.fetch.min.bytes": "1000000", "replica.fetch.wait.max.ms": "500" } } },
      },
      violates: "no acknowledged record is lost",
    },
    "one replica": {
      change: { topology: { kafka: { topics: { events: { replicas: 1, minInSync: 1 } } } } },
      violates: "writes recover while it sleeps",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(2_000, { within: seconds(30) }));
    const freeze = await step("leader frozen", () => fault.pause("leader of events/0"));
    await step("writes go on elsewhere", () => load.events.runFor(seconds(22)));
    await step("zombie wakes", () => freeze.heal());
    await step("replicas in sync", () => kafka.inSync("events", { within: seconds(40) }));
    await step("calm", () => load.events.runFor(seconds(5)));
  },
});
