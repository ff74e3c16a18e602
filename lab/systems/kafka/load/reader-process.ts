/**
 * A member of a reading group, in a process of its own so that it can be killed like any client.
 * Sends what it reads to the load that started it, and ends by itself when that is gone.
 */
import type { EachBatchPayload } from "kafkajs";
import { errorName, kafkaClient } from "../client.ts";
import { messageOf } from "../../../errors.ts";
import { watchEventLoop } from "../../../load/lateness.ts";
import { every, formatDuration, milliseconds, monotonicMs, sleep } from "../../../time.ts";
import type { FromReader, ReaderOrders, ToReader } from "./reader-protocol.ts";

/** Beyond a session, for a request that waits for one to end. */
const REQUEST_GRACE_MS = 5_000;

const orders = JSON.parse(process.argv[2] ?? "{}") as ReaderOrders;

process.on("disconnect", () => {
  process.exit(0);
});

const tell = (message: FromReader): void => {
  // A channel that closes meanwhile ends the process; nothing is left to be told.
  process.send?.(message, undefined, {}, () => undefined);
};

let assignment = orders.firstAssignment - 1;
let nextBatch = 0;
const waiting = new Map<number, () => void>();
process.on("message", (message: ToReader) => {
  waiting.get(message.batch)?.();
  waiting.delete(message.batch);
});

/** Sends records of one partition, and resolves when the load has recorded them. */
function deliver(
  partition: number,
  forAssignment: number,
  messages: EachBatchPayload["batch"]["messages"],
): Promise<void> {
  const batch = nextBatch++;
  const recorded = new Promise<void>((resolve) => {
    waiting.set(batch, resolve);
  });
  tell({
    type: "records",
    batch,
    assignment: forAssignment,
    partition,
    values: Float64Array.from(messages, ({ value }) => numberOf(value)),
    keys: messages.map(({ key }) => key?.toString("utf8") ?? ""),
    offsets: Float64Array.from(messages, ({ offset }) => Number(offset)),
  });
  return recorded;
}

/** The record's number; −1 for a record that no load of ours wrote. */
function numberOf(value: Buffer | null): number {
  try {
    const { n } = JSON.parse(value?.toString("utf8") ?? "") as { n?: unknown };
    return typeof n === "number" ? n : -1;
  } catch {
    return -1;
  }
}

async function commit(payload: EachBatchPayload, offset: number): Promise<void> {
  const { topic, partition } = payload.batch;
  tell({ type: "committing", partition, offset });
  let error = "";
  try {
    await payload.commitOffsetsIfNecessary({
      topics: [{ topic, partitions: [{ partition, offset: String(offset) }] }],
    });
  } catch (cause) {
    // The next heartbeat tells kafkajs the same and makes it join again where needed.
    error = errorName(cause);
  }
  tell({ type: "committed", partition, offset, error });
}

const lastCommitMs = new Map<number, number>();

/** What this assignment was given last: record numbers by offset, for each partition. */
const given = new Map<number, Map<number, number>>();
const GIVEN_LIMIT = 2_000;

/**
 * Leaves out what this reader was already given in this assignment, the same record at the same offset: when a leader
 * moves, kafkajs can hand out the end of a fetch that was under way and then fetch it once more. Told as trouble.
 */
function notYetGiven(
  partition: number,
  messages: EachBatchPayload["batch"]["messages"],
): EachBatchPayload["batch"]["messages"] {
  const earlier = given.get(partition) ?? new Map<number, number>();
  given.set(partition, earlier);
  const fresh = messages.filter(({ offset, value }) => earlier.get(Number(offset)) !== numberOf(value));
  for (const { offset, value } of fresh) earlier.set(Number(offset), numberOf(value));
  for (const offset of earlier.keys()) {
    if (earlier.size <= GIVEN_LIMIT) break;
    earlier.delete(offset);
  }
  const again = messages.length - fresh.length;
  if (again > 0) tell({ type: "trouble", text: `kafkajs gave ${again} records of partition ${partition} twice` });
  return fresh;
}

async function onBatch(payload: EachBatchPayload): Promise<void> {
  if (!payload.isRunning() || payload.isStale()) return;
  const { partition } = payload.batch;
  const messages = notYetGiven(partition, payload.batch.messages);
  const last = messages.at(-1);
  if (last === undefined) return;
  const current = assignment;
  const next = Number(last.offset) + 1;

  if (orders.commit === "before") {
    await commit(payload, next);
    payload.resolveOffset(last.offset);
    // The work on what was fetched; a crash meanwhile loses it, because the group has moved on.
    const workUntilMs = monotonicMs() + orders.commitEveryMs;
    while (monotonicMs() < workUntilMs) {
      await sleep(milliseconds(Math.min(200, workUntilMs - monotonicMs())));
      await payload.heartbeat();
    }
    await deliver(partition, current, messages);
    return;
  }
  await deliver(partition, current, messages);
  payload.resolveOffset(last.offset);
  const committedMs = lastCommitMs.get(partition);
  if (committedMs === undefined || monotonicMs() - committedMs >= orders.commitEveryMs) {
    lastCommitMs.set(partition, monotonicMs());
    await commit(payload, next);
  }
}

/**
 * A reader that hears nothing of its group for longer than a session and the joining after it may take is stuck in its
 * client library: it ends, and is started again.
 */
const STUCK_AFTER_MS = 2 * orders.sessionTimeoutMs + REQUEST_GRACE_MS;
let lastSignMs = monotonicMs();
const signOfLife = (): void => {
  lastSignMs = monotonicMs();
};

let errorToldMs = Number.NEGATIVE_INFINITY;
function tellError(text: string): void {
  if (monotonicMs() - errorToldMs < 1_000) return;
  errorToldMs = monotonicMs();
  tell({ type: "error", text });
}

/** Ends once what was told has left the process. */
function end(): void {
  void sleep(milliseconds(200)).then(() => process.exit(1));
}

watchEventLoop(({ fromMs, maxMs }) => {
  tell({ type: "stood-still", agoMs: monotonicMs() - fromMs, maxMs });
});

every(milliseconds(500), () => {
  const silentMs = monotonicMs() - lastSignMs;
  if (silentMs < STUCK_AFTER_MS) return;
  signOfLife();
  tell({ type: "gave-up", error: `heard nothing of the group for ${formatDuration(silentMs)}`, again: false });
  end();
});

async function read(): Promise<void> {
  const kafka = kafkaClient({
    brokers: orders.brokers,
    clientId: orders.clientId,
    // Members that died without a word hold up a group until their session ends. Who gives up before that and joins
    // anew leaves one more such member behind, and the group never comes together.
    onError: tellError,
    requestTimeout: milliseconds(orders.sessionTimeoutMs + REQUEST_GRACE_MS),
  });
  const consumer = kafka.consumer({
    groupId: orders.group,
    sessionTimeout: orders.sessionTimeoutMs,
    rebalanceTimeout: orders.sessionTimeoutMs,
    heartbeatInterval: Math.min(2_000, Math.floor(orders.sessionTimeoutMs / 5)),
    maxWaitTimeInMs: 100,
    metadataMaxAge: 3_000,
    allowAutoTopicCreation: false,
    retry: {
      initialRetryTime: 100,
      maxRetryTime: 500,
      multiplier: 1.5,
      retries: 5,
      restartOnFailure: () => Promise.resolve(true),
    },
  });
  consumer.on("consumer.group_join", ({ payload }) => {
    signOfLife();
    assignment += 1;
    lastCommitMs.clear();
    given.clear();
    tell({ type: "joined", assignment, partitions: payload.memberAssignment[orders.topic] ?? [] });
  });
  consumer.on("consumer.rebalancing", () => {
    signOfLife();
    tell({ type: "rebalancing" });
  });
  consumer.on("consumer.heartbeat", () => {
    signOfLife();
    tell({ type: "heartbeat" });
  });
  consumer.on("consumer.crash", ({ payload: { error, restart } }) => {
    tell({ type: "gave-up", error: error.message, again: restart });
    // kafkajs restarts itself after errors that it takes for passing ones. After any other it leaves the group and
    // says no more, and its process would stand there without reading. A supervisor starts such a process again.
    if (!restart) end();
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [orders.topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: 6,
    eachBatch: onBatch,
  });
}

for (;;) {
  try {
    await read();
    break;
  } catch (error) {
    tell({ type: "trouble", text: `could not start reading: ${messageOf(error)}` });
    await sleep(milliseconds(500));
  }
}
