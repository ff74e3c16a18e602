import { describe, expect, test } from "vitest";
import { Lane } from "../../../../lab/systems/kafka/load/lane.ts";
import type { BatchResult, Pending } from "../../../../lab/systems/kafka/load/lane.ts";

interface Sent {
  readonly values: readonly number[];
  readonly deadlineMs: number;
  tried(error: string): void;
  end(result: BatchResult): Promise<void>;
}

/** A lane with a clock that is set by hand and batches that end when they are told to. */
function laneAt(timeoutMs = 1_000, maxBatch = 3) {
  const clock = { nowMs: 0 };
  const sent: Sent[] = [];
  const settled: string[] = [];
  const lane = new Lane({
    partition: 4,
    maxBatch,
    timeoutMs,
    now: () => clock.nowMs,
    send(_, batch, deadlineMs, onTry) {
      return new Promise<BatchResult>((resolve) => {
        sent.push({
          values: batch.map(({ value }) => value),
          deadlineMs,
          tried: onTry,
          async end(result) {
            resolve(result);
            await Promise.resolve();
            await Promise.resolve();
          },
        });
      });
    },
    settle: ({ value, startMs }, { outcome, error, offset, endMs }) => {
      settled.push(`${value}: ${outcome}${error === "" ? "" : ` ${error}`} @${offset}, ${startMs ?? "never"}–${endMs}`);
    },
  });
  const add = (value: number, intendedMs: number): void => {
    const record: Pending = {
      value,
      key: "k",
      keyNumber: 1,
      content: "{}",
      intendedMs,
      startMs: undefined,
      settled: false,
    };
    lane.add(record);
  };
  return { lane, clock, sent, settled, add };
}

describe("a lane", () => {
  test("one batch is under way at a time; the next takes what became due meanwhile, up to its limit", async () => {
    const { lane, clock, sent, settled, add } = laneAt();
    add(0, 0);
    lane.pump();
    for (const value of [1, 2, 3, 4]) add(value, value);
    clock.nowMs = 10;
    lane.pump();
    expect(sent.map(({ values }) => values)).toEqual([[0]]);
    await sent[0]?.end({ outcome: "ok", baseOffset: 70 });
    expect(sent.map(({ values }) => values)).toEqual([[0], [1, 2, 3]]);
    expect(sent[1]?.deadlineMs).toBe(1_003);
    await sent[1]?.end({ outcome: "ok", baseOffset: 71 });
    expect(settled).toEqual(["0: ok @70, 0–10", "1: ok @71, 10–10", "2: ok @72, 10–10", "3: ok @73, 10–10"]);
    expect(lane.open).toBe(1);
  });

  test("a record's time is over: unknown once it was handed on, failed while it waited, and only once", async () => {
    const { lane, clock, sent, settled, add } = laneAt();
    add(0, 0);
    lane.pump();
    add(1, 100);
    add(2, 1_500);
    sent[0]?.tried("NOT_ENOUGH_REPLICAS");
    clock.nowMs = 999;
    lane.expire();
    expect(settled).toEqual([]);
    clock.nowMs = 1_100;
    lane.expire();
    lane.expire();
    expect(settled).toEqual(["0: unknown timeout @-1, 0–1100", "1: failed NOT_ENOUGH_REPLICAS @-1, never–1100"]);
    await sent[0]?.end({ outcome: "ok", baseOffset: 5 });
    expect(settled).toHaveLength(2);
    expect(sent[1]?.values).toEqual([2]);
  });

  test("a batch that failed tells each record's outcome, and the lane goes on", async () => {
    const { lane, sent, settled, add } = laneAt();
    add(0, 0);
    add(1, 0);
    lane.pump();
    await sent[0]?.end({ outcome: "failed", error: "NOT_ENOUGH_REPLICAS" });
    expect(settled).toEqual(["0: failed NOT_ENOUGH_REPLICAS @-1, 0–0", "1: failed NOT_ENOUGH_REPLICAS @-1, 0–0"]);
    add(2, 0);
    lane.pump();
    expect(sent[1]?.values).toEqual([2]);
  });

  test("without offsets in the answer (acks=0) none is invented", async () => {
    const { lane, sent, settled, add } = laneAt();
    add(0, 0);
    add(1, 0);
    lane.pump();
    await sent[0]?.end({ outcome: "ok", baseOffset: -1 });
    expect(settled).toEqual(["0: ok @-1, 0–0", "1: ok @-1, 0–0"]);
  });

  test("abandoned: what is under way is unknown, what waits is failed", () => {
    const { lane, settled, add } = laneAt();
    add(0, 0);
    lane.pump();
    add(1, 0);
    lane.abandon();
    expect(settled).toEqual(["0: unknown stopped @-1, 0–0", "1: failed stopped @-1, never–0"]);
    expect(lane.open).toBe(0);
  });
});
