import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * Every broker is restarted in turn, as for an upgrade: an orderly stop hands its leaderships over first,
 * and the next is touched only when all replicas are in sync again.
 */
export default scenario({
  id: "kafka/rolling-restart",
  title: "All brokers are restarted, one after another, under load",
  description:
    "An orderly stop moves leadership before it goes, so a rolling restart costs neither data nor availability.",
  topology: {
    kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(300), acks: "all" }) },
  expect: {
    "no acknowledged record is lost": check.delivery("events"),
    "writes hardly notice": check.availability({ of: "events", atLeast: 0.97, limit: seconds(4) }),
    "replicas converge": check.convergence({ of: "kafka", within: seconds(30) }),
  },
  slos: ["kafka-produce-availability"],
  mutants: {
    "one replica": {
      change: { topology: { kafka: { topics: { events: { replicas: 1, minInSync: 1 } } } } },
      violates: "writes hardly notice",
    },
  },
  async run({ kafka, load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(1_500, { within: seconds(30) }));
    for (const broker of ["kafka-1", "kafka-2", "kafka-3"]) {
      await step(`${broker} restarts`, () => fault.restart(broker));
      await step(`in sync after ${broker}`, () => kafka.inSync("events", { within: seconds(40) }));
    }
    await step("calm", () => load.events.runFor(seconds(4)));
  },
});
