/** One look at whether a Kafka cluster is ready, asked by protocol. */
import { seconds } from "../../time.ts";
import type { Look, RunClock } from "../../time.ts";
import { createTopic } from "./admin.ts";
import { errorName } from "./client.ts";
import type { KafkaSpec } from "./spec.ts";
import { answersAll, askMetadata, askQuorum } from "./state.ts";
import type { KafkaNode } from "./state.ts";

/**
 * Ready: the controllers have a leader, every broker is registered, every topic is there with all replicas in sync,
 * and every node answers.
 * Creates the topics that are missing.
 */
export async function lookReady(
  spec: KafkaSpec,
  members: readonly KafkaNode[],
  brokers: readonly string[],
  clock: RunClock,
): Promise<Look<true>> {
  const quorum = await askQuorum(members);
  if (!("state" in quorum)) return { seen: `no controller leads: ${quorum.seen}` };

  const known = await askMetadata(members, quorum.state);
  const wanted = members.filter(({ member }) => member.broker);
  const missing = wanted.filter(({ member }) => !known.brokers.includes(member.id));
  if (missing.length > 0) return { seen: `not registered: ${missing.map(({ member }) => member.name).join(", ")}` };

  const absent = Object.entries(spec.topics).filter(([name]) => !known.topics.includes(name));
  if (absent.length > 0) {
    await Promise.all(
      absent.map(([name, topic]) => createTopic(brokers, name, topic, seconds(5), clock).catch(unlessThere)),
    );
    return { seen: `creating ${absent.map(([name]) => name).join(", ")}` };
  }
  const behind = known.partitions.filter(
    ({ topic, leader, inSync, replicas }) => topic in spec.topics && (leader < 0 || inSync.length < replicas.length),
  );
  if (behind.length > 0) {
    const list = behind.map(
      ({ topic, partition, inSync, replicas }) => `${topic}/${partition} (${inSync.length} of ${replicas.length})`,
    );
    return { seen: `not all replicas in sync: ${list.join(", ")}` };
  }
  // A node that died a moment ago is still registered.
  const answers = await Promise.all(members.map(answersAll));
  const silent = members.filter((_, place) => answers[place] !== true);
  if (silent.length > 0) return { seen: `no answer from ${silent.map(({ member }) => member.name).join(", ")}` };
  return { reached: true };
}

function unlessThere(error: unknown): void {
  if (errorName(error) !== "TOPIC_ALREADY_EXISTS") throw error;
}
