import { describe, expect, test } from "vitest";
import { outcomeOfCommit, outcomeOfTries } from "../../lab/load/outcomes.ts";

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
