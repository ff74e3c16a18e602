/** Administration as journalled operations: action by action, with outcomes as honest as those of the load. */
import type { Admin } from "kafkajs";
import type { Outcome } from "../../journal/types.ts";
import type { Recorder } from "../../journal/recorder.ts";
import { milliseconds, seconds, sleep } from "../../time.ts";
import type { Duration, RunClock } from "../../time.ts";
import { errorName, kafkaClient } from "./client.ts";
import { settingsOf, type KafkaTopic } from "./spec.ts";

/** How an attempt ended; it does not throw. */
export type Attempt<T> =
  | { readonly outcome: "ok"; readonly value: T }
  | { readonly outcome: "failed" | "unknown"; readonly error: string; readonly cause: unknown };

/** Answers after which it is sure that nothing was changed. */
const refusals = new Set([
  "TOPIC_ALREADY_EXISTS",
  "INVALID_TOPIC_EXCEPTION",
  "INVALID_PARTITIONS",
  "INVALID_REPLICATION_FACTOR",
  "INVALID_REPLICA_ASSIGNMENT",
  "INVALID_CONFIG",
  "INVALID_REQUEST",
  "NOT_CONTROLLER",
  "POLICY_VIOLATION",
  "UNKNOWN_TOPIC_OR_PARTITION",
]);

export const outcomeOf = (error: string): Exclude<Outcome, "ok"> => (refusals.has(error) ? "failed" : "unknown");

/** Runs `act` once, and journals it as an operation of the load `admin`. */
export async function attempt<T>(
  action: string,
  act: () => Promise<T>,
  { recorder, clock }: { readonly recorder: Recorder; readonly clock: RunClock },
): Promise<Attempt<T>> {
  const startMs = clock.now();
  const record = (outcome: Outcome, error: string): void => {
    recorder.operation({
      load: "admin",
      client: "admin",
      action,
      outcome,
      error,
      value: -1,
      key: 0,
      partition: -1,
      offset: -1,
      intendedMs: startMs,
      startMs,
      endMs: clock.now(),
    });
  };
  try {
    const value = await act();
    record("ok", "");
    return { outcome: "ok", value };
  } catch (cause) {
    const error = errorName(cause);
    const outcome = cause instanceof Uncertain ? "unknown" : outcomeOf(error);
    record(outcome, error);
    return { outcome, error, cause };
  }
}

/** Refused in the end, but an earlier try may have been carried out. */
class Uncertain extends Error {
  constructor(cause: unknown) {
    super("an earlier try may have been carried out", { cause });
  }
}

/** Creates a topic, trying until `within`: another broker may take what a dead one did not. */
export async function createTopic(
  brokers: readonly string[],
  name: string,
  topic: KafkaTopic,
  within: Duration,
  clock: RunClock,
): Promise<void> {
  const endMs = clock.now() + within;
  let uncertain = false;
  for (;;) {
    try {
      const created = await withAdmin(brokers, (admin) => createOnce(admin, name, topic, endMs - clock.now()));
      if (created || uncertain) return;
      throw Object.assign(new Error(`topic ${name} exists already`), { type: "TOPIC_ALREADY_EXISTS" });
    } catch (error) {
      const refused = outcomeOf(errorName(error)) === "failed";
      if (!refused) uncertain = true;
      const final = refused && errorName(error) !== "NOT_CONTROLLER";
      if (final || clock.now() + 300 >= endMs) throw uncertain ? new Uncertain(error) : error;
      await sleep(milliseconds(300));
    }
  }
}

function createOnce(admin: Admin, name: string, topic: KafkaTopic, leftMs: number): Promise<boolean> {
  return admin.createTopics({
    timeout: Math.max(500, Math.min(3_000, leftMs)),
    waitForLeaders: false,
    topics: [
      {
        topic: name,
        numPartitions: topic.partitions,
        replicationFactor: topic.replicas,
        configEntries: Object.entries(settingsOf(topic)).map(([entry, value]) => ({ name: entry, value })),
      },
    ],
  });
}

/** An admin client for one piece of work. It tries once: who asks decides whether to try again. */
export async function withAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafkaClient({ brokers, clientId: "resilience-lab-admin", quietLimit: seconds(5), retries: 0 }).admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
