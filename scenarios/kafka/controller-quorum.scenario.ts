import { check, kafkaCluster, perSecond, produce, scenario, seconds } from "../../lab/index.ts";

/**
 * The metadata quorum loses one controller, then a second, then gets one back.
 * One down costs an election; two down stop changes of metadata, but neither reads nor writes of living leaders.
 */
export default scenario({
  id: "kafka/controller-quorum",
  title: "The controllers' quorum is weakened, lost, and regained",
  description:
    "Two of three controllers are a quorum and go on; one is not, and refuses changes, while brokers serve on; a quorum regained accepts them again.",
  topology: {
    kafka: kafkaCluster({
      brokers: 3,
      controllers: 3,
      topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } },
      // A dead controller's address answers nothing; brokers that still try it find the new one this much sooner.
      config: { "socket.connection.setup.timeout.ms": "2000", "socket.connection.setup.timeout.max.ms": "3000" },
    }),
  },
  load: { events: produce({ to: "kafka.events", rate: perSecond(200), acks: "all" }) },
  expect: {
    "topics can be created with one controller down": check.availability({
      of: "admin.create-topic",
      atLeast: 1,
      limit: seconds(15),
      during: { step: "one controller down" },
    }),
    "topic creation is refused without a quorum": check.refused({
      of: "admin.create-topic",
      during: { step: "no quorum" },
      errors: ["timeout", "REQUEST_TIMED_OUT", "connection", "NOT_CONTROLLER", "BROKER_NOT_AVAILABLE"],
    }),
    "topics can be created again": check.availability({
      of: "admin.create-topic",
      atLeast: 1,
      limit: seconds(15),
      during: { step: "quorum regained" },
    }),
    "writes go on all the while": check.availability({ of: "events", atLeast: 0.99, limit: seconds(5) }),
    "no acknowledged record is lost": check.delivery("events"),
  },
  slos: ["kafka-produce-availability"],
  mutants: {
    "one controller": {
      change: { topology: { kafka: { controllers: 1 } } },
      violates: "topics can be created with one controller down",
    },
  },
  async run({ kafka, load, step, fault }) {
    const create = (name: string) =>
      kafka.createTopic(name, { partitions: 1, replicas: 3, minInSync: 2 }, { within: seconds(14) });
    await step("warm up", () => load.events.acknowledged(1_000, { within: seconds(30) }));
    const first = await step("active controller dies", () => fault.kill("active controller"));
    await step("one controller down", () => create("with-one-down"));
    const second = await step("second controller dies", () => fault.kill("a standby controller"));
    await step("no quorum", async () => {
      await create("without-quorum");
      await load.events.runFor(seconds(5));
    });
    await step("one controller returns", () => first.heal());
    await step("quorum regained", () => create("quorum-regained"));
    await step("last controller returns", () => second.heal());
    await step("calm", () => load.events.runFor(seconds(4)));
  },
});
