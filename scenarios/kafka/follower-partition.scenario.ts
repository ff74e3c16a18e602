import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * A follower cannot hear the leader. The leader waits for it for the replica lag time, drops it from the in-sync set,
 * and takes it back once it has caught up.
 */
export default scenario({
  id: "kafka/follower-partition",
  title: "A follower is cut off from the leader that it copies",
  description:
    "The leader stops waiting for a follower that lags, so writes go on with two of three replicas, and takes it back when it has caught up.",
  topology: {
    kafka: kafkaCluster({
      brokers: 3,
      controllers: 3,
      topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } },
      config: { "replica.lag.time.max.ms": "8000" },
    }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(300), acks: "all" }) },
  assume: {
    "the follower leaves the in-sync set, and is taken back": check.observed({
      subject: "in-sync replicas of events/0",
      values: [3, 2, 3],
      within: seconds(45),
    }),
  },
  expect: {
    "no acknowledged record is lost": check.delivery("events"),
    "writes wait no longer than the lag time": check.availability({
      of: "events",
      atLeast: 0.98,
      limit: seconds(14),
      during: { step: "cut off" },
    }),
    "replicas converge": check.convergence({ of: "kafka", within: seconds(30) }),
  },
  slos: ["kafka-produce-availability"],
  mutants: {
    "the leader waits for ever": {
      change: { topology: { kafka: { config: { "replica.lag.time.max.ms": "600000" } } } },
      violates: "writes wait no longer than the lag time",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(1_500, { within: seconds(30) }));
    const cut = await step("follower cut", () =>
      fault.partition({ between: ["a follower of events/0", "leader of events/0"] }),
    );
    await step("cut off", () => load.events.runFor(seconds(25)));
    await step("link back", () => cut.heal());
    await step("replicas in sync", () => kafka.inSync("events", { within: seconds(40) }));
    await step("calm", () => load.events.runFor(seconds(4)));
  },
});
