import { describe, expect, test } from "vitest";
import { taintOf, taintRecorder } from "../../lab/rehearsal/recorders.ts";
import { silentRecorder } from "../../lab/rehearsal/standing-runs.ts";

type Event = Parameters<typeof taintOf>[0];
const ordered = (kind: string, more: object = {}): Event => ({
  type: "fault-ordered",
  fault: "f",
  kind,
  target: "kafka-1",
  targets: ["kafka-1"],
  spec: { kind, target: "kafka-1", ...more },
});
const tainting: readonly (readonly [string, Event])[] = [
  ["a script that stopped", { type: "note", level: "error", text: "the script stopped: broken" }],
  ["a step that failed", { type: "step-ended", step: "s", error: "waited 5 s" }],
  ["a wiped disk", ordered("wipe")],
  ["a node lost for good", ordered("kill", { permanent: true })],
  ["a corrupted disk", ordered("corrupt")],
  ["an undo that was not seen", { type: "fault-healed", fault: "f", verified: false, measured: "still paused" }],
  ["a load that was not read to its end", { type: "drained", load: "events", complete: false, measured: "3 left" }],
  ["replicas that differ", { type: "converged", cluster: "kafka", equal: false, measured: "events/0 differs" }],
];
const harmless: readonly (readonly [string, Event])[] = [
  ["a warning", { type: "note", level: "warning", text: "slow" }],
  ["a step that ended well", { type: "step-ended", step: "s" }],
  ["a kill", ordered("kill")],
  ["an undo that was seen", { type: "fault-healed", fault: "f", verified: true, measured: "running" }],
  ["a load that was read", { type: "drained", load: "events", complete: true, measured: "all" }],
  ["equal replicas", { type: "converged", cluster: "kafka", equal: true, measured: "the same" }],
  ["an observation", { type: "observation", subject: "s", value: false }],
];

describe("a taint", () => {
  test.each(tainting)("is %s", (_, event) => {
    expect(taintOf(event)).toEqual(expect.any(String));
  });

  test.each(harmless)("is not %s", (_, event) => {
    expect(taintOf(event)).toBeUndefined();
  });

  test("is remembered by the recorder that it passed through", () => {
    const recorder = taintRecorder(silentRecorder);
    for (const [, event] of [...harmless, ...tainting.slice(0, 1), ...harmless]) recorder.event(event);
    expect(recorder.taints).toEqual(["the script stopped: broken"]);
  });
});
