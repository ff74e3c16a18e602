import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * The only broker that has the latest records dies; a stale follower is there and would gladly lead.
 * Forbidden to, it leaves the partition unavailable until the broker with the records is back.
 */
export default scenario({
  id: "kafka/unclean-election",
  title: "Only a stale replica is left: unavailable rather than lossy",
  description:
    "A follower that was out of the in-sync set does not have all acknowledged records. Without unclean election the partition waits for the one that has.",
  topology: {
    kafka: kafkaCluster({
      brokers: 3,
      controllers: 3,
      topics: {
        events: { partitions: 1, replicas: 2, minInSync: 1, config: { "unclean.leader.election.enable": "false" } },
      },
    }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(200), acks: "all", timeout: seconds(8) }) },
  assume: {
    "the follower falls behind": check.observed({ subject: "in-sync replicas of events/0", values: [2, 1] }),
  },
  expect: {
    "no acknowledged record is lost": check.delivery("events"),
    "the stale replica does not lead": check.refused({
      of: "events",
      during: { step: "only a stale replica is there" },
      errors: ["timeout", "connection", "LEADER_NOT_AVAILABLE", "NOT_LEADER_OR_FOLLOWER", "REQUEST_TIMED_OUT"],
      atLeast: 500,
    }),
    "writes resume with the right leader": check.availability({
      of: "events",
      atLeast: 0.95,
      limit: seconds(8),
      during: { step: "calm" },
    }),
  },
  slos: ["kafka-outage-availability", "kafka-outage-recovery-time"],
  mutants: {
    "unclean election allowed": {
      change: { topology: { kafka: { topics: { events: { config: { "unclean.leader.election.enable": "true" } } } } } },
      violates: "no acknowledged record is lost",
    },
  },
  async run({ load, step, fault, waitFor }) {
    await step("warm up", () => load.events.acknowledged(800, { within: seconds(30) }));
    const follower = await step("follower dies", () => fault.kill("a follower of events/0"));
    await step("it leaves the in-sync set", () => waitFor("in-sync replicas of events/0", 1, { within: seconds(40) }));
    await step("the leader goes on alone", () => load.events.runFor(seconds(4)));
    const leader = await step("leader dies", () => fault.kill("leader of events/0"));
    await step("stale follower returns", () => follower.heal());
    await step("only a stale replica is there", () => load.events.runFor(seconds(16)));
    await step("leader returns", () => leader.heal());
    await step("calm", () => load.events.runFor(seconds(8)));
  },
});
