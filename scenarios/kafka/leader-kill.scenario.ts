import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * The leader of a loaded partition dies by SIGKILL while producers wait for all in-sync replicas.
 * Two of three replicas hold every acknowledged record, so one death may cost time but never data.
 */
export default scenario({
  id: "kafka/leader-kill",
  title: "The leader of a loaded partition is killed",
  description:
    "Every acknowledged record is on at least two of three brokers, so the death of one costs the time of an election and no data.",
  topology: {
    kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(400), acks: "all" }) },
  expect: {
    "no acknowledged record is lost": check.delivery("events"),
    "writes recover": check.recovery({ of: "events", within: seconds(18) }),
    "replicas converge": check.convergence({ of: "kafka", within: seconds(30) }),
  },
  slos: ["kafka-produce-availability", "kafka-produce-latency", "kafka-end-to-end-delay", "kafka-recovery-time"],
  mutants: {
    "one replica": {
      change: { topology: { kafka: { topics: { events: { replicas: 1, minInSync: 1 } } } } },
      violates: "writes recover",
    },
    "the leader alone acknowledges": {
      // Followers that fetch twice a second, as on a slow link, keep the window open in which only the leader has a record.
      change: {
        load: { events: { acks: "leader" } },
        topology: { kafka: { config: { "replica.fetch.min.bytes": "1000000", "replica.fetch.wait.max.ms": "500" } } },
      },
      violates: "no acknowledged record is lost",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(2_000, { within: seconds(30) }));
    const outage = await step("leader killed", () => fault.kill("leader of events/0"));
    await step("writes go on", () => load.events.runFor(seconds(18)));
    await step("broker returns", () => outage.heal());
    await step("replicas in sync", () => kafka.inSync("events", { within: seconds(40) }));
    await step("calm", () => load.events.runFor(seconds(5)));
  },
});
