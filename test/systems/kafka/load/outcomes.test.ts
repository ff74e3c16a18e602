import { describe, expect, test } from "vitest";
import { acknowledgedOffset, outcomeOfCommit, outcomeOfTries } from "../../../../lab/systems/kafka/load/outcomes.ts";

const answered = (error: string): { error: string; sent: boolean } => ({ error, sent: true });

describe("a batch whose every try failed", () => {
  test("failed, when each try was refused before anything was appended", () => {
    expect(outcomeOfTries([answered("NOT_ENOUGH_REPLICAS"), answered("NOT_ENOUGH_REPLICAS")])).toEqual({
      outcome: "failed",
      error: "NOT_ENOUGH_REPLICAS",
    });
  });

  test("near miss: one try that may have been appended makes it unknown", () => {
    expect(outcomeOfTries([answered("timeout"), answered("NOT_ENOUGH_REPLICAS")])).toEqual({
      outcome: "unknown",
      error: "NOT_ENOUGH_REPLICAS",
    });
  });

  test("failed, when nothing was ever sent", () => {
    expect(outcomeOfTries([{ error: "connection", sent: false }])).toEqual({ outcome: "failed", error: "connection" });
  });

  test.each([
    "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
    "REQUEST_TIMED_OUT",
    "NOT_LEADER_OR_FOLLOWER",
    "LEADER_NOT_AVAILABLE",
    "connection",
  ])("%s may have been appended", (error) => {
    expect(outcomeOfTries([answered(error)]).outcome).toBe("unknown");
  });
});

test("a commit that the coordinator refused failed; one without an answer is unknown", () => {
  expect([outcomeOfCommit(""), outcomeOfCommit("REBALANCE_IN_PROGRESS"), outcomeOfCommit("connection")]).toEqual([
    "ok",
    "failed",
    "unknown",
  ]);
});

describe("an answer acknowledges only what it names", () => {
  const answer = { partition: 3, errorCode: 0, baseOffset: "70" };

  test("the partition, without an error, with an offset", () => {
    expect(acknowledgedOffset([answer], 3, "all")).toBe(70);
    expect(acknowledgedOffset([answer], 3, "leader")).toBe(70);
  });

  test.each([
    ["nothing at all, which kafkajs takes for success", []],
    ["another partition", [{ ...answer, partition: 4 }]],
    ["an error", [{ ...answer, errorCode: 19 }]],
    ["no offset", [{ partition: 3, errorCode: 0 }]],
    ["the offset of a refusal", [{ ...answer, baseOffset: "-1" }]],
  ])("near miss: %s", (_, answers) => {
    expect(acknowledgedOffset(answers, 3, "all")).toBeUndefined();
    expect(acknowledgedOffset(answers, 3, "leader")).toBeUndefined();
  });

  test("with acks=0 nobody answers, and no offset is known", () => {
    expect(acknowledgedOffset([], 3, "none")).toBe(-1);
  });
});
