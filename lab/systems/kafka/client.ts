/** The Kafka client library, set up for fail-over, and its errors in Kafka's own names. */
import kafkajs from "kafkajs";
import type { Kafka } from "kafkajs";
import { LabError } from "../../errors.ts";
import { milliseconds, seconds, sleep } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { watchedSockets } from "./socket.ts";

export interface ClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** A connection on which nothing is answered for so long is given up. Default 3 s. */
  readonly quietLimit?: Duration;
  /** How long the library waits for answers that rightly take long (a group's). Default 2 s more than the quiet limit. */
  readonly requestTimeout?: Duration;
  /** How often the library itself tries to connect or to learn who leads, at 100–500 ms. Default 3. */
  readonly retries?: number;
  /** Told of what the library says went wrong, by itself: a connection that broke, an answer that was an error. */
  readonly onError?: (message: string) => void;
}

/** A client that says nothing on the console and finds a new leader within seconds of the election. */
export function kafkaClient(options: ClientOptions): Kafka {
  silenceNegativeTimeouts();
  const quietLimit = options.quietLimit ?? seconds(3);
  return new kafkajs.Kafka({
    clientId: options.clientId,
    brokers: [...options.brokers],
    connectionTimeout: 1_000,
    // The socket's own limit comes first; this one is for requests that it does not count.
    requestTimeout: options.requestTimeout ?? quietLimit + 2_000,
    socketFactory: watchedSockets(quietLimit),
    retry: { initialRetryTime: 100, maxRetryTime: 500, multiplier: 1.5, retries: options.retries ?? 3 },
    logLevel: options.onError === undefined ? kafkajs.logLevel.NOTHING : kafkajs.logLevel.ERROR,
    logCreator: () => (entry) => options.onError?.(entry.log.message),
  });
}

let silenced = false;

/**
 * kafkajs sets timers in the past; Node warns of the first one on the console, once a process.
 * The first one is set here, with nobody listening.
 */
function silenceNegativeTimeouts(): void {
  if (silenced) return;
  silenced = true;
  const emitWarning = process.emitWarning.bind(process);
  process.emitWarning = () => undefined;
  void sleep(milliseconds(-1));
  process.emitWarning = emitWarning;
}

/** Names that kafkajs has from before Kafka renamed them. */
const renamed: Readonly<Record<string, string>> = {
  NOT_LEADER_FOR_PARTITION: "NOT_LEADER_OR_FOLLOWER",
  GROUP_COORDINATOR_NOT_AVAILABLE: "COORDINATOR_NOT_AVAILABLE",
  GROUP_LOAD_IN_PROGRESS: "COORDINATOR_LOAD_IN_PROGRESS",
  NOT_COORDINATOR_FOR_GROUP: "NOT_COORDINATOR",
};

const byClass: Readonly<Record<string, string>> = {
  KafkaJSConnectionError: "connection",
  KafkaJSConnectionClosedError: "connection",
  KafkaJSBrokerNotFound: "connection",
  KafkaJSRequestTimeoutError: "timeout",
  KafkaJSLockTimeout: "timeout",
  KafkaJSMetadataNotLoaded: "metadata",
  KafkaJSTopicMetadataNotLoaded: "metadata",
};

/** An error's stable name: Kafka's own (`NOT_ENOUGH_REPLICAS`) where a node answered with one, else `timeout`, `connection`, `metadata`. */
export function errorName(error: unknown): string {
  if (error instanceof LabError && error.code === "wait-timeout") return "timeout";
  if (!(error instanceof Error)) return "unknown";
  const { type, errors, cause } = error as Error & { readonly type?: unknown; readonly errors?: unknown };
  if (typeof type === "string" && type !== "KAFKAJS_UNKNOWN_ERROR_CODE") return renamed[type] ?? type;
  if (Array.isArray(errors) && errors.length > 0) return errorName(errors[0]);
  const named = byClass[error.name];
  if (named !== undefined) return named;
  if (cause instanceof Error && cause !== error) return errorName(cause);
  return error.name;
}
