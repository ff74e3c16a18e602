/** What a batch's tries come to. Pure; the heart of honesty: `failed` only when nothing can have been written. */
import type { Outcome } from "../../../journal/types.ts";

/** One try that did not end in an acknowledgement. */
export interface FailedTry {
  /** Kafka's own name, or `timeout`, `connection`, `metadata`. */
  readonly error: string;
  /** Whether the request may have left this process. */
  readonly sent: boolean;
}

/**
 * Answers that a leader gives before it appends anything.
 * Not among them: NOT_LEADER_OR_FOLLOWER, which a leader also answers when it is deposed while an appended batch waits
 * for its followers; NOT_ENOUGH_REPLICAS_AFTER_APPEND and REQUEST_TIMED_OUT, which come after the append by definition;
 * LEADER_NOT_AVAILABLE and UNKNOWN_TOPIC_OR_PARTITION, which may be the answer to the client's question about the
 * topic after a try whose own answer never came.
 */
const refusedBeforeAppend = new Set([
  "NOT_ENOUGH_REPLICAS",
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_REQUIRED_ACKS",
  "INVALID_TIMESTAMP",
  "INVALID_RECORD",
  "TOPIC_AUTHORIZATION_FAILED",
  "CLUSTER_AUTHORIZATION_FAILED",
]);

/** The outcome of records whose every try failed, and the error to name: the last one's. */
export function outcomeOfTries(tries: readonly FailedTry[]): {
  readonly outcome: Exclude<Outcome, "ok">;
  readonly error: string;
} {
  const surelyNot = tries.every(({ error, sent }) => !sent || refusedBeforeAppend.has(error));
  return { outcome: surelyNot ? "failed" : "unknown", error: tries.at(-1)?.error ?? "timeout" };
}

/** What an answer says of one partition, as far as the client library passes it on. */
export interface PartitionAnswer {
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset?: string;
}

/**
 * The offset that an answer acknowledges for the partition: −1 where no answer is given (acks=0).
 * `undefined`: the answer acknowledges nothing for it, whatever the client library makes of that.
 */
export function acknowledgedOffset(
  answers: readonly PartitionAnswer[],
  partition: number,
  acks: "all" | "leader" | "none",
): number | undefined {
  if (acks === "none") return -1;
  const answer = answers.find((candidate) => candidate.partition === partition);
  if (answer?.errorCode !== 0 || answer.baseOffset === undefined) return undefined;
  const offset = Number(answer.baseOffset);
  return offset >= 0 ? offset : undefined;
}

/** Answers to a commit after which the group's position is surely unchanged by it. */
const refusedCommits = new Set([
  "ILLEGAL_GENERATION",
  "UNKNOWN_MEMBER_ID",
  "REBALANCE_IN_PROGRESS",
  "NOT_COORDINATOR",
  "COORDINATOR_NOT_AVAILABLE",
  "COORDINATOR_LOAD_IN_PROGRESS",
  "FENCED_INSTANCE_ID",
]);

export const outcomeOfCommit = (error: string): Outcome =>
  error === "" ? "ok" : refusedCommits.has(error) ? "failed" : "unknown";
