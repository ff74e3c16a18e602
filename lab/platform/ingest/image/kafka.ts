/** Kafka's side: sends with the settings that the service promises by, and tells whether Kafka answers. */
import kafkajs from "kafkajs";
import type { Event } from "./events.ts";
import { withLimit } from "./limit.ts";

export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly clientId: string;
  /** -1: all in-sync replicas have it, which is what the service promises by; 1 is for showing what that is worth. */
  readonly acks: -1 | 1;
}

export interface KafkaSide {
  /** Resolves when every event is acknowledged. Rejects when that is not sure of all. */
  send(events: readonly Event[]): Promise<void>;
  /** Asks the brokers whether they know the topic and who leads each of its partitions; answers within 2 s. */
  answers(): Promise<{ readonly answers: boolean; readonly why: string }>;
  connect(): Promise<void>;
  disconnect(): Promise<void>;
}

const ASK_LIMIT_MS = 2_000;

/**
 * Not an idempotent producer: it would be stuck for good after one batch that was given up, and what is doubled by a
 * retry is told apart by its id further down the stream, as what a client sends twice is.
 */
export function kafkaSide({ brokers, topic, clientId, acks }: KafkaSettings): KafkaSide {
  const kafka = new kafkajs.Kafka({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 1_000,
    requestTimeout: 6_000,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 1.5, retries: 12 },
    logLevel: kafkajs.logLevel.ERROR,
    logCreator: () => (entry) =>
      console.error(JSON.stringify({ level: "error", from: "kafka", what: entry.log.message })),
  });
  const producer = kafka.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    metadataMaxAge: 3_000,
    allowAutoTopicCreation: false,
  });
  const admin = kafka.admin({ retry: { retries: 0 } });
  return {
    async send(events) {
      const messages = events.map(({ key, value }) => ({ key, value }));
      await producer.send({ topic, acks, timeout: 5_000, messages });
    },
    async answers() {
      try {
        const { topics } = await withLimit(
          admin.fetchTopicMetadata({ topics: [topic] }),
          ASK_LIMIT_MS,
          `no answer within ${ASK_LIMIT_MS} ms`,
        );
        const leaderless = topics.flatMap(({ partitions }) => partitions).filter(({ leader }) => leader < 0);
        if (leaderless.length === 0) return { answers: true, why: "" };
        return { answers: false, why: `${leaderless.length} partitions of ${topic} have no leader` };
      } catch (error) {
        return { answers: false, why: error instanceof Error ? error.message : String(error) };
      }
    },
    async connect() {
      await Promise.all([producer.connect(), admin.connect()]);
    },
    async disconnect() {
      await Promise.allSettled([producer.disconnect(), admin.disconnect()]);
    },
  };
}
