/** From a run folder, written as a rehearsal writes it, to the verdict: two clusters, loads, readers and faults. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JournalParts } from "../../lab/journal/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import { judgeRun } from "../../lab/judging/judge-run.ts";
import { writePlan } from "../../lab/run-folder/run-files.ts";
import type { Plan, VerdictFile } from "../../lab/run-folder/run-folder.ts";
import { seconds } from "../../lab/time.ts";
import { writeRun } from "./runs.ts";
import { faultEvents, SLO, sloText, twoEvents, twoOperations, twoParts, twoPlan } from "./two-of-each.ts";

let runs = "";
beforeEach(() => (runs = mkdtempSync(join(tmpdir(), "lab-judge-"))));
afterEach(() => rmSync(runs, { recursive: true, force: true }));

async function judged(change: JournalParts = {}, plan: Plan = twoPlan()): Promise<VerdictFile> {
  const folder = join(runs, plan.run);
  await writeRun(folder, plan, twoParts(change));
  return (await judgeRun(folder)).verdict;
}

type Change = (event: JournalEvent) => readonly JournalEvent[];
const events = (change: Change): JournalParts => ({ events: twoEvents.flatMap(change) });
const drop = (matches: (event: JournalEvent) => boolean): JournalParts =>
  events((event) => (matches(event) ? [] : [event]));
const also = (...more: readonly JournalEvent[]): JournalParts => ({
  events: [...twoEvents, ...more].toSorted((a, b) => a.atMs - b.atMs),
});

/** What is not held, by name. */
const wanting = ({ conditions, expectations, slos }: VerdictFile): Record<string, string> =>
  Object.fromEntries(
    [...conditions, ...expectations, ...slos].flatMap(({ name, verdict, summary }) =>
      verdict === "held" ? [] : [[name, `${verdict}: ${summary}`]],
    ),
  );

describe("a run of two of each in which all is well", () => {
  test("is held, by all of its parts", async () => {
    const verdict = await judged();
    expect(wanting(verdict)).toEqual({});
    expect(verdict).toMatchObject({ verdict: "held", reasons: [] });
    expect(verdict.expectations.map(({ name }) => name)).toEqual([
      "writes recover",
      "orders go on",
      "no record is lost",
    ]);
    expect(verdict.slos.map(({ name }) => name)).toEqual(["events-in-time"]);
  });
});

describe("every part counts in the verdict", () => {
  test("one expectation of several that is violated", async () => {
    const verdict = await judged({
      operations: twoOperations.map((one) => (one.load === "orders" ? { ...one, outcome: "failed" } : one)),
    });
    expect(Object.keys(wanting(verdict))).toEqual(["orders go on"]);
    expect(verdict.verdict).toBe("violated");
  });

  test("one objective that is violated, and of which nothing else is", async () => {
    const verdict = await judged({}, twoPlan({ slos: { [SLO]: sloText(0.999) } }));
    expect(Object.keys(wanting(verdict))).toEqual(["events-in-time"]);
    expect(verdict.verdict).toBe("violated");
    expect(verdict.reasons[0]).toMatch(/^SLO "events-in-time" violated: 98\.5 %/);
  });

  test("an SLO that cannot be read", async () => {
    const verdict = await judged({}, twoPlan({ slos: { [SLO]: sloText(0.9), "b.yaml": "kind: SLO" } }));
    expect(Object.keys(wanting(verdict))).toEqual(["b.yaml"]);
    expect(verdict.verdict).toBe("unknown");
  });

  test("one condition, and an expectation that is violated outweighs it", async () => {
    const stopped = also({ type: "note", atMs: 15_001, level: "error", text: "the script stopped: broken" });
    const verdict = await judged(stopped);
    expect(wanting(verdict)).toEqual({ "the script ran to its end": "unknown: the script stopped: broken" });
    expect(verdict.verdict).toBe("unknown");
    const both = await judged(stopped, twoPlan({ run: "both", slos: { [SLO]: sloText(0.999) } }));
    expect(both.verdict).toBe("violated");
    expect(both.reasons.map((reason) => reason.split(" ")[0])).toEqual(["SLO", "condition"]);
  });

  test("nothing judged is nothing held", async () => {
    const verdict = await judged({}, twoPlan({ expect: {}, slos: {} }));
    expect(wanting(verdict)).toEqual({
      "something was judged": "unknown: nothing was judged: the plan has no expectations and no SLOs",
    });
    expect(verdict.verdict).toBe("unknown");
    const slos = { [SLO]: sloText(0.9), "b.yaml": sloText(0.9, "orders") };
    expect((await judged({}, twoPlan({ run: "slo alone", expect: {}, slos }))).verdict).toBe("held");
    expect((await judged({}, twoPlan({ run: "no slo", slos: {} }))).verdict).toBe("held");
  });
});

describe("a record that is not whole", () => {
  test("any other phase is not its end", async () => {
    const verdict = await judged(drop((event) => event.type === "phase" && event.phase === "done"));
    expect(wanting(verdict)).toMatchObject({ "the journal is whole": "unknown: the rehearsal did not get to its end" });
    expect(verdict.verdict).toBe("unknown");
  });

  test("frames that were deleted, doubled or swapped are a torn journal", async () => {
    const plan = twoPlan();
    const folder = join(runs, plan.run);
    await writeRun(folder, plan, twoParts());
    const file = join(folder, "journal.bin");
    const whole = readFileSync(file);
    // The last frames, from the beginning of their sequence: magic, then length, checksum, kind, payload.
    const starts: number[] = [];
    for (let at = 8; at < whole.length; at += whole.readUInt32LE(at) + 9) starts.push(at);
    const frame = (place: number): Buffer => {
      const at = starts.at(place) ?? 0;
      return whole.subarray(at, at + whole.readUInt32LE(at) + 9);
    };
    const before = whole.subarray(0, starts.at(-4));
    const [c, b, a, last] = [frame(-4), frame(-3), frame(-2), frame(-1)];
    expect(Buffer.concat([before, c, b, a, last]).equals(whole)).toBe(true);
    for (const frames of [
      [c, a, last],
      [c, b, b, a, last],
      [c, a, b, last],
    ]) {
      writeFileSync(file, Buffer.concat([before, ...frames]));
      const { verdict } = await judgeRun(folder);
      expect(verdict.verdict).toBe("unknown");
      expect(wanting(verdict)["the journal is whole"]).toContain("the journal is torn");
    }
  });

  test("the journal of another run, and of another plan, says nothing of this one", async () => {
    const violated = twoPlan({ slos: { [SLO]: sloText(0.999) } });
    const folder = join(runs, violated.run);
    await writeRun(folder, violated, twoParts());
    expect((await judgeRun(folder)).verdict.verdict).toBe("violated");
    await writePlan(folder, { ...violated, run: "another" });
    const other = (await judgeRun(folder)).verdict;
    expect(other.verdict).toBe("unknown");
    expect(other.reasons[0]).toBe(
      `condition "the journal is of this plan" unknown: it is of the run ${violated.run}, the plan of another`,
    );
    await writePlan(folder, twoPlan());
    const changed = (await judgeRun(folder)).verdict;
    expect(changed.verdict).toBe("unknown");
    expect(changed.reasons[0]).toContain("plan.json was changed since the run");
    writeFileSync(join(folder, "plan.json"), JSON.stringify(violated));
    expect((await judgeRun(folder)).verdict.verdict).toBe("violated");
  });
});

describe("each fault for itself", () => {
  test.each(["fault-1", "fault-2"])("%s without effect, without measure, never in force", async (fault) => {
    const isOf = (event: JournalEvent): boolean => "fault" in event && event.fault === fault;
    const name = "every fault had a measured effect";
    const target = fault === "fault-1" ? "kafka-1" : "zookeeper-2";
    expect(wanting(await judged(drop((event) => isOf(event) && event.type === "fault-effect")))).toEqual({
      [name]: `unknown: kill of ${target}: its effect was not measured`,
    });
    const none = events((event) =>
      event.type === "fault-effect" && event.fault === fault
        ? [{ ...event, receipt: { ...event.receipt, effective: false, measured: "still runs" } }]
        : [event],
    );
    expect(wanting(await judged(none, twoPlan({ run: "none" })))).toEqual({
      [name]: `unknown: kill of ${target} had no effect: still runs`,
    });
    const never = drop((event) => isOf(event) && event.type !== "fault-ordered");
    expect(wanting(await judged(never, twoPlan({ run: "never" })))[name]).toBe(
      `unknown: kill of ${target} was ordered and never in force`,
    );
  });

  test.each(["fault-1", "fault-2"])("%s: the heal of the other is not its own", async (fault) => {
    const target = fault === "fault-1" ? "kafka-1" : "zookeeper-2";
    const verdict = await judged(drop((event) => event.type === "fault-healed" && event.fault === fault));
    expect(wanting(verdict)).toMatchObject({
      "every undo was verified": `unknown: kill of ${target} was never healed`,
    });
    const unverified = events((event) =>
      event.type === "fault-healed" && event.fault === fault
        ? [{ ...event, verified: false, measured: "does not answer" }]
        : [event],
    );
    expect(wanting(await judged(unverified, twoPlan({ run: "unverified" })))).toEqual({
      "every undo was verified": `unknown: the undo of kill of ${target} was not seen to work: does not answer`,
    });
  });
});

describe("each load for itself", () => {
  test.each(["events", "orders"])("%s: what the other offered and read is not its own", async (load) => {
    const isOf = (event: JournalEvent): boolean => "load" in event && event.load === load;
    expect(wanting(await judged(drop((event) => isOf(event) && event.type === "drained")))).toMatchObject({
      "all was read": `unknown: load ${load} was never read to its end`,
    });
    const gaveUp = events((event) =>
      event.type === "drained" && isOf(event) ? [{ ...event, complete: false, measured: "199 of 200" }] : [event],
    );
    expect(wanting(await judged(gaveUp, twoPlan({ run: "gave up" })))).toMatchObject({
      "all was read": `unknown: load ${load} was not read to its end: 199 of 200`,
    });
    const less = (offered: number): JournalParts =>
      events((event) => (event.type === "load-ended" && isOf(event) ? [{ ...event, offered }] : [event]));
    expect(wanting(await judged(less(197), twoPlan({ run: "less" })))).toEqual({
      "the load was offered": `unknown: load ${load}: only 98.5 % of 200 scheduled operations were offered`,
    });
    expect(wanting(await judged(less(198), twoPlan({ run: "enough" })))).toEqual({});
  });
});

describe("every fault meets what is judged", () => {
  const name = "every fault met the load";
  const only = (...loads: readonly string[]): Partial<Plan> => ({
    expect: Object.fromEntries(
      loads.map((load) => [
        load,
        {
          check: "availability",
          of: `${load}.${load === "events" ? "produce" : "add"}`,
          atLeast: 0.5,
          limit: seconds(1),
        },
      ]),
    ),
    slos: {},
  });

  test("a fault on a cluster that no judged load uses, directly or through another, says so", async () => {
    expect(wanting(await judged({}, twoPlan(only("events"))))).toEqual({
      [name]: "unknown: kill of zookeeper-2 touched nothing that events uses",
    });
    expect(wanting(await judged({}, twoPlan({ run: "orders", ...only("orders") })))).toEqual({
      [name]: "unknown: kill of kafka-1 touched nothing that orders uses",
    });
    expect(wanting(await judged({}, twoPlan({ run: "both", ...only("events", "orders") })))).toEqual({});
  });

  test("a load is judged that an SLO counts, or that writes to a cluster of which something is expected", async () => {
    const kafkaAndSlo = { ...only("orders"), slos: { [SLO]: sloText(0.9) } };
    expect(wanting(await judged({}, twoPlan(kafkaAndSlo)))).toEqual({});
    const plan = twoPlan({ run: "converge", ...only("orders") });
    const converging: Plan = {
      ...plan,
      expect: { ...plan.expect, "replicas are equal": { check: "convergence", of: "kafka", within: seconds(30) } },
    };
    const equal = also({ type: "converged", atMs: 20_100, cluster: "kafka", equal: true, measured: "equal" });
    expect(wanting(await judged(equal, converging))[name]).toBeUndefined();
  });

  test("a busy load does not stand in for a slow one that the fault fell between two operations of", async () => {
    const slow = twoOperations.filter(({ load, intendedMs = 0 }) => load !== "events" || intendedMs % 10_000 === 10);
    expect(wanting(await judged({ operations: slow }, twoPlan(only("events", "orders"))))).toEqual({
      [name]: "unknown: no operation of events was under way during kill of kafka-1",
    });
  });

  test.each([
    ["one that ended as the fault came into force", { intendedMs: 3_000, endMs: 4_020 }, true],
    ["one that ended before that", { intendedMs: 3_000, endMs: 4_019 }, false],
    ["one that was due as it was healed", { intendedMs: 6_000, endMs: 6_005 }, true],
    ["one that was due after that", { intendedMs: 6_001, endMs: 6_005 }, false],
    ["one that was due before, and was waited for", { intendedMs: 3_000, startMs: 7_000, endMs: 7_005 }, true],
  ])("at its edges: %s", async (_, times, met) => {
    const few = [...twoOperations.filter(({ load }) => load === "orders"), { load: "events", ...times }];
    const verdict = await judged({ operations: few }, twoPlan(only("events", "orders")));
    expect(name in wanting(verdict)).toBe(!met);
  });

  test("a load that was not yet on, or no more, is not asked for; one of those that are judged must be", async () => {
    const orders = (fromMs: number, toMs: number): JournalParts => ({
      operations: twoOperations.filter(
        ({ load, intendedMs = 0 }) => load === "events" || (intendedMs >= fromMs && intendedMs < toMs),
      ),
      events: twoEvents.map((event) => {
        if (event.type === "load-started" && event.load === "orders") return { ...event, atMs: fromMs };
        if (event.type === "load-ended" && event.load === "orders") return { ...event, atMs: toMs };
        return event;
      }),
    });
    expect(wanting(await judged(orders(11_000, 15_000), twoPlan(only("events", "orders"))))).toEqual({});
    expect(
      wanting(await judged(orders(1, 11_000), twoPlan({ run: "too early", ...only("events", "orders") }))),
    ).toEqual({
      [name]: "unknown: orders was not under way during kill of zookeeper-2",
    });
  });

  test("clients and links of a load touch it; what cannot be placed is not held against it", async () => {
    const third = (targets: readonly string[]): JournalParts =>
      also(...faultEvents("fault-3", { fromMs: 16_000, toMs: 17_000, targets }));
    const run = async (targets: readonly string[]): Promise<string | undefined> =>
      wanting(
        await judged(
          third(targets),
          twoPlan({
            run: targets.join().replace(/\W+/g, "-"),
            ...only("events", "orders"),
            topology: { ...twoPlan().topology, minio: { system: "minio" } },
          }),
        ),
      )[name];
    expect(await run(["reader-1 of events"])).toBeUndefined();
    expect(await run(["clients → kafka-1"])).toBeUndefined();
    expect(await run(["minio-1 ⇄ kafka-1"])).toBeUndefined();
    expect(await run(["controller-1"])).toBeUndefined();
    expect(await run(["minio-1 ⇄ controller-1"])).toBeUndefined();
    expect(await run(["minio-1"])).toBe("unknown: kill of minio-1 touched nothing that events or orders uses");
    expect(await run(["clients → minio-1", "minio-2 ⇄ minio-1"])).toContain("touched nothing");
  });
});

describe("the lab's own stalls", () => {
  const stall = (fromMs: number, maxMs: number, of: "schedule" | "event-loop" = "event-loop"): JournalEvent => ({
    type: "lateness",
    atMs: fromMs + maxMs,
    of,
    ...(of === "schedule" ? { load: "events" } : {}),
    fromMs,
    maxMs,
  });
  /** `events` stands from 8 s to 14 s, as it does when the lab is stopped: what was due then is served at 14 s. */
  const stood = twoOperations.map((one) =>
    (one.intendedMs ?? 0) >= 8_000 && (one.intendedMs ?? 0) < 14_000 ? { ...one, startMs: 14_000, endMs: 14_010 } : one,
  );
  const name = "the lab itself kept going";

  test("from the bound on make the run unknown, and say when and how long", async () => {
    expect(wanting(await judged(also(stall(12_300, 6_000))))).toEqual({
      [name]: "unknown: the load generator stood still for 6 s at 12.3 s",
    });
    expect(wanting(await judged(also(stall(12_300, 1_000, "schedule")), twoPlan({ run: "at the bound" })))).toEqual({
      [name]: "unknown: the schedule of events stood still for 1 s at 12.3 s",
    });
    expect(wanting(await judged(also(stall(12_300, 999)), twoPlan({ run: "below" })))).toEqual({});
  });

  test("that were over before any load began say nothing of what is judged", async () => {
    const later = twoEvents.map((event) =>
      event.type === "load-started" ? { ...event, atMs: event.load === "events" ? 3_000 : 3_500 } : event,
    );
    const withStall = (fromMs: number): JournalParts => ({ events: [...later, stall(fromMs, 2_000)] });
    expect(wanting(await judged(withStall(1_000)))[name]).toBeUndefined();
    expect(wanting(await judged(withStall(1_001), twoPlan({ run: "a little later" })))[name]).toContain("stood still");
  });

  test("are told by what a load says of its schedule where no stall was recorded", async () => {
    const late = events((event) =>
      event.type === "load-ended" && event.load === "orders" ? [{ ...event, maxLatenessMs: 1_500 }] : [event],
    );
    expect(wanting(await judged(late))[name]).toContain("the schedule of orders stood still");
  });

  test("excuse what was late meanwhile, and nothing else", async () => {
    expect((await judged({ operations: stood })).verdict).toBe("violated");
    const excused = await judged({ ...also(stall(8_000, 6_000)), operations: stood }, twoPlan({ run: "excused" }));
    expect(excused.verdict).toBe("unknown");
    expect(Object.keys(wanting(excused))).toContain("events-in-time");
    expect(wanting(excused)["events-in-time"]).toMatch(/^unknown: .*; but the lab itself stood still meanwhile$/);
    // What had waited is worked off for as long again, and is late meanwhile.
    const workedOff = stood.map((one) =>
      (one.intendedMs ?? 0) >= 14_000 && (one.intendedMs ?? 0) < 19_900
        ? { ...one, startMs: 19_900, endMs: 19_990 }
        : one,
    );
    const during = await judged(
      { ...also(stall(8_000, 6_000)), operations: workedOff },
      twoPlan({ run: "worked off" }),
    );
    expect(during.verdict).toBe("unknown");
    const longAgo = await judged({ ...also(stall(4_500, 6_000)), operations: workedOff }, twoPlan({ run: "long ago" }));
    expect(longAgo.verdict).toBe("violated");
    // The same operations, and a stall at another time: nobody but the platform held them up.
    const other = await judged({ ...also(stall(16_000, 1_000)), operations: stood }, twoPlan({ run: "other" }));
    expect(other.verdict).toBe("violated");
  });

  test("do not excuse an expectation that is violated without them", async () => {
    const operations = twoOperations.map((one) =>
      one.load === "orders" ? { ...one, outcome: "failed" as const } : one,
    );
    const verdict = await judged({ ...also(stall(16_000, 1_000)), operations });
    expect(wanting(verdict)["orders go on"]).toMatch(/^violated/);
  });

  test("do not excuse a record that was lost", async () => {
    const lost = twoParts().reads?.filter(({ value }) => value !== 150) ?? [];
    const verdict = await judged({ ...also(stall(12_300, 6_000)), reads: lost });
    expect(verdict.verdict).toBe("violated");
    expect(wanting(verdict)["no record is lost"]).toMatch(/^violated/);
  });
});

describe("containers that somebody else removed", () => {
  test("make the run unknown, whatever failed from then on", async () => {
    const failing = twoOperations.map((one) =>
      (one.intendedMs ?? 0) > 9_000 ? { ...one, outcome: "failed" as const } : one,
    );
    expect((await judged({ operations: failing })).verdict).toBe("violated");
    const gone = also({ type: "node-state", atMs: 9_000, node: "kafka-2", state: "removed" });
    const verdict = await judged({ ...gone, operations: failing }, twoPlan({ run: "removed" }));
    expect(verdict.verdict).toBe("unknown");
    expect(verdict.reasons[0]).toBe(
      'condition "nobody else removed containers" unknown: kafka-2 was removed from outside after 9 s',
    );
    const exited = also({ type: "node-state", atMs: 9_000, node: "kafka-2", state: "exited" });
    expect((await judged(exited, twoPlan({ run: "exited" }))).verdict).toBe("held");
  });
});
