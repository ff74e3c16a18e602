import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * Two of three brokers are dead. The one that is left has the records but not the promise:
 * it must refuse what it alone would hold.
 */
export default scenario({
  id: "kafka/two-brokers-down",
  title: "Two of three brokers die: writes are refused, never falsely acknowledged",
  description:
    "With two in-sync replicas demanded and one broker left, acks=all is refused or times out. Writes resume when one broker is back.",
  topology: {
    kafka: kafkaCluster({
      brokers: 3,
      controllers: 3,
      topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } },
    }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(200), acks: "all", timeout: seconds(15) }) },
  expect: {
    "nothing is acknowledged by one broker alone": check.refused({
      of: "events",
      during: { step: "one broker left" },
      errors: ["NOT_ENOUGH_REPLICAS", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "REQUEST_TIMED_OUT", "timeout", "connection"],
      atLeast: 1_000,
    }),
    "writes resume when one is back": check.availability({
      of: "events",
      atLeast: 0.95,
      limit: seconds(15),
      during: { step: "two of three serve" },
    }),
    "no acknowledged record is lost": check.delivery("events"),
    "replicas converge": check.convergence({ of: "kafka", within: seconds(30) }),
  },
  slos: ["kafka-outage-availability", "kafka-outage-recovery-time"],
  mutants: {
    "one replica is enough": {
      change: { topology: { kafka: { topics: { events: { minInSync: 1 } } } } },
      violates: "nothing is acknowledged by one broker alone",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(1_000, { within: seconds(30) }));
    const first = await step("first broker dies", () => fault.kill("a follower of events/0"));
    const second = await step("second broker dies", () => fault.kill("a follower of events/0"));
    await step("one broker left", () => load.events.runFor(seconds(25)));
    await step("first broker returns", () => first.heal());
    await step("two of three serve", () => load.events.runFor(seconds(20)));
    await step("second broker returns", () => second.heal());
    await step("replicas in sync", () => kafka.inSync("events", { within: seconds(40) }));
  },
});
