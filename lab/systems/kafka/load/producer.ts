/**
 * A lane's way to its partition: sends batches through the Kafka client library and knows what became of each try.
 *
 * Each lane has a client of its own, because one kafkajs client must not be used for several things at once: when a
 * connection closes while its metadata is being refreshed for somebody else, a broker can end up under another's id.
 * kafkajs then sends that broker requests without any record, and reports success. For the same reason an answer
 * counts as an acknowledgement only when it names the partition and an offset.
 *
 * kafkajs keeps an idempotent producer's sequence numbers and takes them back when a request fails, so that sending
 * the same batch again is recognised by the broker as the same. But a batch that is given up leaves a hole: the next
 * one would carry its numbers, and a broker that did write the lost one would take the next for its repetition and
 * acknowledge it unwritten. So after a batch that was given up, the next goes through a new client with a new id.
 */
import kafkajs from "kafkajs";
import type { Producer as KafkaProducer } from "kafkajs";
import { errorName, kafkaClient } from "../client.ts";
import { LabError } from "../../../errors.ts";
import { milliseconds, seconds, sleep, withLimit } from "../../../time.ts";
import type { RunClock } from "../../../time.ts";
import type { BatchResult, Pending } from "./lane.ts";
import { acknowledgedOffset, outcomeOfTries } from "./outcomes.ts";
import type { FailedTry } from "./outcomes.ts";
import type { ProduceSpec } from "./produce-spec.ts";

/** A living broker answers within this, with REQUEST_TIMED_OUT if need be; one that is silent for longer is given up. */
const ANSWER_LIMIT = seconds(2);
const QUIET_LIMIT = seconds(3);
/** Beyond the limits of the library's own tries; one that hangs for so long is left behind, its records unknown. */
const SEND_LIMIT = seconds(8);
const FIRST_PAUSE = milliseconds(100);
const LONGEST_PAUSE = milliseconds(500);
/** kafkajs refreshes its metadata after every error that needs it; more often only holds up partitions that are well. */
const METADATA_MAX_AGE = seconds(60);

const ackNumbers = { all: -1, leader: 1, none: 0 } as const satisfies Record<ProduceSpec["acks"], number>;

export interface ProducerOptions {
  readonly name: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly acks: ProduceSpec["acks"];
  /** None: batches go as they are. */
  readonly compression?: ProduceSpec["compression"] | undefined;
  readonly clock: RunClock;
}

export interface BatchProducer extends AsyncDisposable {
  readonly name: string;
  /** Connects before the first batch does. @throws the client's error */
  connect(): Promise<void>;
  /** Tries until acknowledged or the deadline. Does not throw. */
  send(
    partition: number,
    batch: readonly Pending[],
    deadlineMs: number,
    onTry: (error: string) => void,
  ): Promise<BatchResult>;
}

export function startProducer(options: ProducerOptions): BatchProducer {
  let client = new Client(options);
  const clients = new Set([client]);
  let disposed = false;

  const replace = (used: Client): void => {
    if (used !== client || disposed) return;
    client = new Client(options);
    clients.add(client);
  };
  const release = (used: Client): void => {
    used.batches -= 1;
    if (used === client || used.batches > 0) return;
    clients.delete(used);
    void used.close();
  };

  return {
    name: options.name,
    connect: () => client.connect(),
    async send(partition, batch, deadlineMs, onTry) {
      const used = client;
      used.batches += 1;
      try {
        const result = await tryUntil(used, partition, batch, deadlineMs, onTry, options.clock);
        if (result.outcome !== "ok") replace(used);
        return result;
      } finally {
        release(used);
      }
    },
    async [Symbol.asyncDispose]() {
      disposed = true;
      await Promise.all([...clients].map((open) => open.close()));
    },
  };
}

async function tryUntil(
  client: Client,
  partition: number,
  batch: readonly Pending[],
  deadlineMs: number,
  onTry: (error: string) => void,
  clock: RunClock,
): Promise<BatchResult> {
  const tries: FailedTry[] = [];
  for (let pauseMs: number = FIRST_PAUSE; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE)) {
    const ended = await client.try(partition, batch);
    if ("baseOffset" in ended) return { outcome: "ok", baseOffset: ended.baseOffset };
    tries.push(ended);
    onTry(ended.error);
    if (ended.final || clock.now() + pauseMs >= deadlineMs) return outcomeOfTries(tries);
    await sleep(milliseconds(pauseMs));
  }
}

/** One client of the library, with one producer id when idempotent. */
class Client {
  /** How many batches use it. */
  batches = 0;
  readonly #options: ProducerOptions;
  #producer: KafkaProducer | undefined;
  #connecting: Promise<void> | undefined;
  #closed = false;

  constructor(options: ProducerOptions) {
    this.#options = options;
  }

  /** Shared by all who wait for it; a failed one is made again, with a fresh producer, by the next who asks. */
  connect(): Promise<void> {
    this.#connecting ??= this.#connect().catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  async try(
    partition: number,
    batch: readonly Pending[],
  ): Promise<{ baseOffset: number } | (FailedTry & { final: boolean })> {
    try {
      await this.connect();
    } catch (error) {
      return { error: errorName(error), sent: false, final: this.#closed };
    }
    const producer = this.#producer;
    if (producer === undefined || this.#closed) return { error: "stopped", sent: false, final: true };
    try {
      const sending = producer.send({
        topic: this.#options.topic,
        acks: ackNumbers[this.#options.acks],
        timeout: ANSWER_LIMIT,
        compression: kafkajs.CompressionTypes[this.#options.compression === "gzip" ? "GZIP" : "None"],
        messages: batch.map(({ key, content }) => ({ key, value: content, partition })),
      });
      const answers = await withLimit("sending a batch", SEND_LIMIT, sending);
      const baseOffset = acknowledgedOffset(answers, partition, this.#options.acks);
      if (baseOffset === undefined) return { error: "no-acknowledgement", sent: true, final: true };
      return { baseOffset };
    } catch (error) {
      // A try that is still under way must not be made again beside itself.
      const final = error instanceof LabError || !isRetriable(error);
      return { error: errorName(error), sent: true, final };
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const producer = this.#producer;
    this.#producer = undefined;
    if (producer !== undefined)
      await withLimit("disconnecting", seconds(2), producer.disconnect()).catch(() => undefined);
  }

  async #connect(): Promise<void> {
    const { name, brokers, acks } = this.#options;
    const producer = kafkaClient({ brokers, clientId: name, quietLimit: QUIET_LIMIT }).producer({
      idempotent: acks === "all",
      // One try at a time, so that each one's error is seen. kafkajs refuses 0 for idempotent producers, whose batches
      // must be sent again; they are, by `tryUntil`. Not-a-number passes its test and allows no retry.
      retry: { retries: Number.NaN },
      metadataMaxAge: METADATA_MAX_AGE,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    this.#producer = producer;
  }
}

/** kafkajs wraps the error of the last try in one that is never retriable; the innermost one knows. */
function isRetriable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.cause instanceof Error) return isRetriable(error.cause);
  const { retriable } = error as Error & { readonly retriable?: unknown };
  return retriable !== false && !["TypeError", "RangeError", "ReferenceError", "SyntaxError"].includes(error.name);
}
