import { describe, expect, test } from "vitest";
import type { ImageRef } from "../../lab/engine/index.ts";
import { kafkaCluster, zookeeperCluster } from "../../lab/index.ts";
import { silentRecorder } from "../../lab/rehearsal/standing-runs.ts";
import { scarOf, scarRecorder, serves, type Wanted } from "../../lab/rehearsal/cluster-pool.ts";

const imageOf = (id: string): ImageRef => ({ component: "kafka", reference: "lab/kafka", id, source: "packages" });
const wanted = (minInSync = 2, image = "one"): Wanted => ({
  topology: { kafka: kafkaCluster({ topics: { events: { minInSync } } }) },
  images: new Map([["kafka", imageOf(image)]]),
});

describe("a stand", () => {
  test("serves who wants the same topology of the same images, and nobody else", () => {
    expect(serves(wanted(), wanted())).toBe(true);
    expect(serves(wanted(), wanted(1))).toBe(false);
    expect(serves(wanted(), wanted(2, "another"))).toBe(false);
    const { topology, images } = wanted();
    expect(serves(wanted(), { topology: { ...topology, zookeeper: zookeeperCluster() }, images })).toBe(false);
    expect(serves(wanted(), { topology: { other: kafkaCluster({ topics: {} }) }, images })).toBe(false);
  });
});

type Event = Parameters<typeof scarOf>[0];
const scars: readonly (readonly [string, Event])[] = [
  ["a script that stopped", { type: "note", level: "error", text: "the script stopped: broken" }],
  ["a step that failed", { type: "step-ended", step: "s", error: "waited 5 s" }],
  ["a wiped disk", { type: "fault-injected", fault: "f", kind: "wipe", asked: "kafka-1", targets: [] }],
  ["a corrupted disk", { type: "fault-injected", fault: "f", kind: "corrupt", asked: "kafka-1", targets: [] }],
  ["an undo that was not seen", { type: "fault-healed", fault: "f", verified: false, measured: "still paused" }],
  ["replicas that differ", { type: "converged", cluster: "kafka", equal: false, measured: "events/0 differs" }],
];
const harmless: readonly (readonly [string, Event])[] = [
  ["a warning", { type: "note", level: "warning", text: "slow" }],
  ["a step that ended well", { type: "step-ended", step: "s" }],
  ["a kill", { type: "fault-injected", fault: "f", kind: "kill", asked: "kafka-1", targets: [] }],
  ["an undo that was seen", { type: "fault-healed", fault: "f", verified: true, measured: "running" }],
  ["equal replicas", { type: "converged", cluster: "kafka", equal: true, measured: "the same" }],
  ["an observation", { type: "observation", subject: "s", value: false }],
];

describe("a scar", () => {
  test.each(scars)("is %s", (_, event) => {
    expect(scarOf(event)).toEqual(expect.any(String));
  });

  test.each(harmless)("is not %s", (_, event) => {
    expect(scarOf(event)).toBeUndefined();
  });

  test("is remembered by the recorder that it passed through", () => {
    const recorder = scarRecorder(silentRecorder);
    for (const [, event] of [...harmless, ...scars.slice(0, 1), ...harmless]) recorder.event(event);
    expect(recorder.scars).toEqual(["the script stopped: broken"]);
  });
});
