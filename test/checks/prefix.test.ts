/** Undecided is not violated: what violates a check in a record that ends early violates it in the whole of it. */
import { expect, test } from "vitest";
import { CHECKS, check, runCheck } from "../../lab/checks/index.ts";
import type { CheckSpec } from "../../lab/checks/index.ts";
import { journalOf } from "../../lab/journal/index.ts";
import type { Journal } from "../../lab/journal/index.ts";
import { seededRandom } from "../../lab/random.ts";
import { milliseconds } from "../../lab/time.ts";
import { smallWorld } from "./small-world.ts";

const WORLDS = 150;
const CUTS = 12;

/** A spec of each check, with limits of the size of a small world. Does not compile when a check has none. */
function specsFor(seed: number): { readonly [C in CheckSpec["check"]]: Extract<CheckSpec, { readonly check: C }> } {
  const random = seededRandom(seed + 1_000_000);
  const some = (least: number, most: number): ReturnType<typeof milliseconds> =>
    milliseconds(least + random.integer(most - least + 1));
  const during = random.fraction() < 0.5 ? ({ step: "s" } as const) : ({ phase: "faults" } as const);
  return {
    availability: check.availability({ of: "events", atLeast: 0.5 + random.fraction() / 2, limit: some(0, 6), during }),
    convergence: check.convergence({ of: "kafka", within: some(1, 8) }),
    delivery: check.delivery("events"),
    handover: check.handover({ of: "events", within: some(2, 12) }),
    observed: check.observed({
      subject: "replicas",
      values: [1 + random.integer(3), 1 + random.integer(3)],
      ...(random.fraction() < 0.5 ? {} : { within: some(2, 20) }),
    }),
    placement: check.placement({ of: "rows", shards: 2 }),
    positions: check.positions("events"),
    recovery: check.recovery({ of: "events", within: some(2, 14), steady: some(4, 8), limit: some(1, 6) }),
    refused: check.refused({ of: "events", during, errors: ["REFUSED"] }),
    register: check.register("registers"),
    set: check.set("rows", { staleAllowed: some(0, 8) }),
  };
}

/** What of each kind of row and event of the last moment is in a record: they are written in this order. */
const LAST_WRITTEN = [
  [0, 0, 0],
  [1, 0, 0],
  [1, 1, 0],
  [1, 1, 1],
] as const;

/** The world's record as it was after some of its moments. */
function* records(seed: number): Generator<Journal> {
  const random = seededRandom(seed + 2_000_000);
  const { operations, reads, events } = smallWorld(seed);
  const times = [...operations.map(({ endMs = 0 }) => endMs), ...[...reads, ...events].map(({ atMs = 0 }) => atMs)];
  for (let cut = 0; cut < CUTS; cut += 1) {
    const lastMs = random.pick(times);
    const [o, r, e] = random.pick(LAST_WRITTEN);
    yield journalOf({
      operations: operations.filter(({ endMs = 0 }) => endMs < lastMs + o),
      reads: reads.filter(({ atMs = 0 }) => atMs < lastMs + r),
      events: events.filter(({ atMs }) => atMs < lastMs + e),
      finished: false,
    });
  }
}

test.each([...CHECKS.keys()])("%s: what is not violated whole is not violated cut short", (name) => {
  let held = 0;
  for (let seed = 0; seed < WORLDS; seed += 1) {
    const spec = specsFor(seed)[name as CheckSpec["check"]];
    const whole = runCheck(spec, journalOf(smallWorld(seed)));
    if (whole.verdict === "violated") continue;
    if (whole.verdict === "held") held += 1;
    for (const record of records(seed)) {
      const { verdict, summary } = runCheck(spec, record);
      expect(verdict, `world ${seed}: ${summary}`).not.toBe("violated");
      expect(verdict).not.toBe("held");
    }
  }
  expect(held, "worlds that held").toBeGreaterThan(WORLDS / 30);
});
