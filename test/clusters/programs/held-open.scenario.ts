import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../../lab/index.ts";

/** Broken in two ways and left so for longer than any test waits: to be killed in the middle. */
export default scenario({
  id: "kafka/held-open",
  title: "A partition and a paused broker, held open",
  description: "For tests of what is left when the lab dies.",
  topology: { kafka: kafkaCluster({ topics: { events: {} } }) },
  load: { events: produce({ to: "kafka.events", rate: perSecond(50), acks: "all" }) },
  expect: { "nothing is lost": check.delivery("events") },
  slos: [],
  mutants: {
    "one replica": {
      change: { topology: { kafka: { topics: { events: { replicas: 1, minInSync: 1 } } } } },
      violates: "nothing is lost",
    },
  },
  async run({ load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(50, { within: seconds(30) }));
    await step("partition", () => fault.partition({ between: ["kafka-1", "kafka-2"] }));
    await step("pause", () => fault.pause("kafka-3"));
    await step("held open", () => load.events.runFor(seconds(300)));
  },
});
