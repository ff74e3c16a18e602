/** The topics that a spec names: made where they are missing, and compared with what every broker knows of them. */
import kafkajs from "kafkajs";
import { LabError, messageOf } from "../../errors.ts";
import { milliseconds, seconds, waitFor, type RunClock } from "../../time.ts";
import type { Schema } from "../capabilities.ts";
import { addressOf } from "../endpoint.ts";
import { createTopic, withAdmin } from "./admin.ts";
import { errorName } from "./client.ts";
import { EXTERNAL_PORT } from "./layout.ts";
import { metadata, type ClusterMetadata } from "./messages.ts";
import { settingsOf, type KafkaSpec } from "./spec.ts";
import { addressesOf } from "./state.ts";
import type { KafkaNode } from "./state.ts";
import { ask } from "./wire.ts";

export function topicSchema(spec: KafkaSpec, brokers: () => readonly KafkaNode[], clock: RunClock): Schema {
  const addresses = (): string[] => addressesOf(brokers());
  const placed = async (): Promise<readonly string[]> => {
    const found = await Promise.all(
      brokers().map(async (broker) => layoutDifferences(spec, broker, await known(broker))),
    );
    return found.flat();
  };
  return {
    async deploy() {
      for (const [name, topic] of Object.entries(spec.topics)) {
        await createTopic(addresses(), name, topic, seconds(10), clock).catch((error: unknown) => refused(name, error));
      }
      const look = async () => {
        const left = await placed();
        return left.length === 0 ? { reached: true } : { seen: left.slice(0, 6).join("; ") };
      };
      await waitFor("all brokers to know the topics", look, { within: seconds(15), every: milliseconds(200) });
      const left = await settingDifferences(spec, addresses());
      if (left.length === 0) return;
      throw new LabError({
        code: "cluster-not-ready",
        message: `topics are not as they are written:\n${left.join("\n")}`,
        hint: "a topic that was there before is not changed: delete it, or reset the cluster",
      });
    },
    async differences() {
      const found = await placed();
      const absent = found.some((each) => each.endsWith("is not there"));
      return absent ? found : [...found, ...(await settingDifferences(spec, addresses()))];
    },
  };
}

function refused(topic: string, cause: unknown): void {
  if (errorName(cause) === "TOPIC_ALREADY_EXISTS") return;
  throw new LabError({
    code: "cluster-not-ready",
    message: `topic ${topic} could not be made: ${errorName(cause)}`,
    hint: "what was made stays; deploying again completes it",
    cause,
  });
}

async function known({ member, node }: KafkaNode): Promise<ClusterMetadata> {
  return ask(addressOf(node, EXTERNAL_PORT), metadata()).catch((cause: unknown) => {
    throw new LabError({
      code: "cluster-not-ready",
      message: `${member.name} could not be asked for its topics: ${messageOf(cause)}`,
      hint: "when it answers again, ask again",
      cause,
    });
  });
}

/** How the topics that one broker knows differ from those that are written. */
export function layoutDifferences(
  spec: KafkaSpec,
  { member }: Pick<KafkaNode, "member">,
  { partitions }: Pick<ClusterMetadata, "partitions">,
): readonly string[] {
  return Object.entries(spec.topics).flatMap(([name, topic]) => {
    const found = partitions.filter((each) => each.topic === name);
    const where = `${member.name}: topic ${name}`;
    if (found.length === 0) return [`${where} is not there`];
    const counts = new Set(found.map(({ replicas }) => replicas.length));
    return [
      ...(found.length === topic.partitions
        ? []
        : [`${where} has ${found.length} partitions, not ${topic.partitions}`]),
      ...(counts.size === 1 && counts.has(topic.replicas)
        ? []
        : [`${where} has ${[...counts].join(" or ")} replicas, not ${topic.replicas}`]),
    ];
  });
}

/** The settings are the cluster's, not a broker's: they are asked once. */
async function settingDifferences(spec: KafkaSpec, brokers: readonly string[]): Promise<readonly string[]> {
  const topics = Object.entries(spec.topics);
  if (topics.length === 0) return [];
  const { resources } = await withAdmin(brokers, (admin) =>
    admin.describeConfigs({
      includeSynonyms: false,
      resources: topics.map(([name, topic]) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name,
        configNames: Object.keys(settingsOf(topic)),
      })),
    }),
  );
  return topics.flatMap(([name, topic]) => {
    const entries = resources.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
    return Object.entries(settingsOf(topic)).flatMap(([setting, value]) => {
      const found = entries.find(({ configName }) => configName === setting)?.configValue;
      return found === value ? [] : [`topic ${name}: ${setting} is ${found ?? "not set"}, not ${value}`];
    });
  });
}
