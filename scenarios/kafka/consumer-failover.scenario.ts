import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * One of two readers of a group dies by SIGKILL. The other takes over its partitions where the group's commits say.
 */
export default scenario({
  id: "kafka/consumer-failover",
  title: "A reader of a group is killed; the other takes over its partitions",
  description:
    "A group notices a dead member by its session and gives its partitions to the living, from the last commit on: some records are read twice, none is skipped.",
  topology: {
    kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
  },
  load: {
    events: produce({
      to: "kafka.events",
      rate: perSecond(300),
      acks: "all",
      readers: { members: 2, sessionTimeout: seconds(6) },
    }),
  },
  expect: {
    "every acknowledged record is read": check.delivery("events"),
    "its partitions are taken over": check.handover({ of: "events", within: seconds(20) }),
    "no reader goes back behind a commit, nor skips": check.positions("events"),
  },
  slos: ["kafka-produce-availability"],
  mutants: {
    "a session of a minute": {
      change: { load: { events: { readers: { sessionTimeout: seconds(60) } } } },
      violates: "its partitions are taken over",
    },
    "commits before it reads": {
      change: { load: { events: { readers: { commit: "before" } } } },
      violates: "every acknowledged record is read",
    },
  },
  async run({ load, step, fault }) {
    await step("warm up", () => load.events.read(1_500, { within: seconds(30) }));
    const death = await step("reader dies", () => fault.kill("reader-1"));
    await step("the other reads on", () => load.events.runFor(seconds(25)));
    await step("reader returns", () => death.heal());
    await step("both read", () => load.events.runFor(seconds(8)));
  },
});
