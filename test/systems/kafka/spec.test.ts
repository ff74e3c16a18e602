import { describe, expect, test } from "vitest";
import { describeKafka, kafkaCluster, membersOf, propertiesOf } from "../../../lab/systems/kafka/index.ts";
import { refusal } from "../../refusal.ts";

describe("a Kafka cluster as data", () => {
  test("defaults: three combined brokers, topics on three replicas of which two must be in sync", () => {
    expect(kafkaCluster({ topics: { events: {} } })).toEqual({
      system: "kafka",
      brokers: 3,
      controllers: "combined",
      topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } },
      startup: "fast",
      compression: "producer",
      batchMaxBytes: 1_048_588,
      heapMb: 288,
    });
    expect(kafkaCluster({ brokers: 1, topics: { events: {} } }).topics["events"]).toEqual({
      partitions: 6,
      replicas: 1,
      minInSync: 1,
    });
  });

  test("mistakes are named with the field and what would do", () => {
    expect([
      refusal(() => kafkaCluster({ brokers: 0 })),
      refusal(() => kafkaCluster({ controllers: 1.5 })),
      refusal(() => kafkaCluster({ topics: { events: { replicas: 5 } } })),
      refusal(() => kafkaCluster({ topics: { events: { minInSync: 4 } } })),
      refusal(() => kafkaCluster({ topics: { "web events": {} } })),
    ]).toMatchInlineSnapshot(`
      [
        "bad-scenario: kafkaCluster: brokers is 0; use a whole number from 1 to 9",
        "bad-scenario: kafkaCluster: controllers is 1.5; use combined, or use a whole number from 1 to 7",
        "bad-scenario: kafkaCluster: topics.events.replicas is 5; use a whole number from 1 to 3 (there are 3 brokers)",
        "bad-scenario: kafkaCluster: topics.events.minInSync is 4; use a whole number from 1 to 3 (there are 3 replicas)",
        "bad-scenario: kafkaCluster: topics.web events has no such name; use letters, digits, dots, hyphens and underscores",
      ]
    `);
  });

  test("in words", () => {
    expect(describeKafka(kafkaCluster({ topics: { events: {} } }))).toBe("3 brokers that are controllers too, 1 topic");
    expect(describeKafka(kafkaCluster({ brokers: 4, controllers: 3 }))).toBe(
      "4 brokers with 3 controllers of their own, 0 topics",
    );
  });
});

describe("server.properties", () => {
  test("of a combined node", () => {
    const spec = kafkaCluster({ topics: { events: {} } });
    const [first] = membersOf(spec);
    expect(first && propertiesOf(spec, first, 40_001)).toMatchInlineSnapshot(`
      "process.roles=broker,controller
      node.id=1
      controller.quorum.voters=1@kafka-1:9093,2@kafka-2:9093,3@kafka-3:9093
      controller.listener.names=CONTROLLER
      listeners=INTERNAL://:9092,EXTERNAL://:9094,CONTROLLER://:9093
      advertised.listeners=INTERNAL://kafka-1:9092,EXTERNAL://127.0.0.1:40001
      inter.broker.listener.name=INTERNAL
      listener.security.protocol.map=INTERNAL:PLAINTEXT,EXTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
      log.dirs=/var/lib/kafka/data
      auto.create.topics.enable=false
      auto.leader.rebalance.enable=false
      controlled.shutdown.enable=true
      log.retention.ms=-1
      compression.type=producer
      message.max.bytes=1048588
      replica.fetch.max.bytes=1048588
      num.network.threads=2
      num.io.threads=4
      background.threads=4
      num.partitions=6
      default.replication.factor=3
      min.insync.replicas=2
      offsets.topic.replication.factor=3
      offsets.topic.num.partitions=6
      transaction.state.log.replication.factor=3
      transaction.state.log.num.partitions=3
      transaction.state.log.min.isr=2
      group.initial.rebalance.delay.ms=0
      group.min.session.timeout.ms=1000
      controller.quorum.election.timeout.ms=300
      controller.quorum.election.backoff.max.ms=200
      "
    `);
  });

  test("of dedicated controllers and brokers: each listens to what it needs", () => {
    const spec = kafkaCluster({ brokers: 2, controllers: 2 });
    const lines = membersOf(spec).map((member) =>
      propertiesOf(spec, member, member.broker ? 40_000 + member.id : undefined)
        .split("\n")
        .filter((line) => /^(process.roles|node.id|listeners|advertised|controller.quorum.voters|inter)/.test(line)),
    );
    expect(lines).toMatchInlineSnapshot(`
      [
        [
          "process.roles=controller",
          "node.id=101",
          "controller.quorum.voters=101@controller-1:9093,102@controller-2:9093",
          "listeners=CONTROLLER://:9093",
        ],
        [
          "process.roles=controller",
          "node.id=102",
          "controller.quorum.voters=101@controller-1:9093,102@controller-2:9093",
          "listeners=CONTROLLER://:9093",
        ],
        [
          "process.roles=broker",
          "node.id=1",
          "controller.quorum.voters=101@controller-1:9093,102@controller-2:9093",
          "listeners=INTERNAL://:9092,EXTERNAL://:9094",
          "advertised.listeners=INTERNAL://kafka-1:9092,EXTERNAL://127.0.0.1:40001",
          "inter.broker.listener.name=INTERNAL",
        ],
        [
          "process.roles=broker",
          "node.id=2",
          "controller.quorum.voters=101@controller-1:9093,102@controller-2:9093",
          "listeners=INTERNAL://:9092,EXTERNAL://:9094",
          "advertised.listeners=INTERNAL://kafka-2:9092,EXTERNAL://127.0.0.1:40002",
          "inter.broker.listener.name=INTERNAL",
        ],
      ]
    `);
  });

  test("a scenario's settings win; a plain start keeps Kafka's own election time", () => {
    const spec = kafkaCluster({
      startup: "plain",
      config: { "broker.session.timeout.ms": "4000", "num.io.threads": "8" },
    });
    const [first] = membersOf(spec);
    const properties = first === undefined ? "" : propertiesOf(spec, first, 40_001);
    expect(properties).toContain("broker.session.timeout.ms=4000\n");
    expect(properties).toContain("num.io.threads=8\n");
    expect(properties.match(/num\.io\.threads/g)).toHaveLength(1);
    expect(properties).not.toContain("election.timeout");
  });
});
