import { expect, test } from "vitest";
import { disturbanceOf, tellingReason } from "../../lab/judging/disturbance.ts";
import type { VerdictFile } from "../../lab/run-folder/run-folder.ts";

const part = (verdict: string, summary: string, name = "a") => ({ name, verdict, summary, figures: {} });
const judged = (change: object): VerdictFile =>
  ({ verdict: "unknown", expectations: [], slos: [], conditions: [], ...change }) as unknown as VerdictFile;

const busy = part("unknown", "others took 60 %", "the machine was the lab's");
const stalled = part("unknown", "it stood still", "the lab itself kept going");
const late = part("unknown", "late; but others had most of the machine's processors meanwhile");
const unseen = part("unknown", "late; but the lab itself stood still meanwhile");
const held = part("held", "fine");

test.each<[string, object, string | undefined]>([
  ["a busy machine", { conditions: [held, busy], expectations: [late, held] }, "busy machine"],
  ["a stall, which excuses nothing or something", { conditions: [stalled], slos: [held] }, "the lab stood still"],
  ["both", { conditions: [stalled, busy], slos: [late, unseen] }, "the lab stood still"],
  ["a decided run", { verdict: "violated", conditions: [busy], expectations: [late] }, undefined],
  ["something else that is open", { conditions: [busy], expectations: [late, part("unknown", "no load")] }, undefined],
  ["something that was violated", { conditions: [stalled], expectations: [part("violated", "lost")] }, undefined],
  ["what was presupposed", { conditions: [busy], assumptions: [part("unknown", "not met")], slos: [late] }, undefined],
  ["another condition", { conditions: [busy, part("unknown", "torn")], slos: [late] }, undefined],
  ["no condition", { expectations: [part("unknown", "no load")] }, undefined],
])("%s", (_, change, told) => {
  expect(disturbanceOf(judged(change))).toBe(told);
});

test("the reason that is told is the first that the machine and the lab are not to blame for, or else the first", () => {
  const reasons = [
    'condition "the machine was the lab\'s" unknown: others took 60 %',
    `SLO "a" unknown: ${late.summary}`,
    `expectation "b" unknown: ${unseen.summary}`,
  ];
  expect(tellingReason({ reasons: [...reasons, "first", "second"] })).toBe("first");
  expect(tellingReason({ reasons })).toBe(reasons[0]);
  expect(tellingReason({ reasons: [] })).toBeUndefined();
});
