/** Small, random, plausible runs of everything that checks judge: most of them good, some of them not. */
import type { JournalEvent, JournalParts, Operation, Outcome, ReadRecord } from "../../lab/journal/index.ts";
import { seededRandom } from "../../lab/random.ts";

type Rows<T> = Partial<T>[];
const END_MS = 60;

/** What happened, each part in the order of time. The same seed gives the same world; times are small whole numbers. */
export function smallWorld(seed: number): Required<Pick<JournalParts, "operations" | "reads" | "events">> {
  const random = seededRandom(seed);
  const upTo = (most: number): number => random.integer(most + 1);
  const chance = (share: number): boolean => random.fraction() < share;
  const strange = chance(0.3);
  const operations: Rows<Operation> = [];
  const reads: Rows<ReadRecord> = [];
  const events: JournalEvent[] = [{ type: "phase", atMs: 0, phase: "run" }];

  const faults = Array.from({ length: upTo(2) }, (_, i) => {
    const orderedMs = 8 + i * 15 + upTo(6);
    const inEffectMs = orderedMs + upTo(1);
    const healOrderedMs = inEffectMs + 3 + upTo(6);
    return { fault: `f${i}`, orderedMs, inEffectMs, healOrderedMs, healedMs: healOrderedMs + upTo(2) };
  });
  for (const { fault, orderedMs, inEffectMs, healOrderedMs, healedMs } of faults) {
    const named = { fault, kind: "kill", targets: ["kafka-1"] };
    events.push(
      { type: "fault-ordered", atMs: orderedMs, ...named, target: "kafka-1", spec: {} },
      { type: "fault-injected", atMs: inEffectMs, ...named, asked: "kafka-1" },
      { type: "fault-heal-ordered", atMs: healOrderedMs, fault },
      { type: "fault-healed", atMs: healedMs, fault, verified: true, measured: "" },
    );
  }
  const isIll = (atMs: number): boolean => faults.some((f) => atMs >= f.orderedMs && atMs < f.healOrderedMs - 2);
  const outcomeAt = (atMs: number, calm: readonly Outcome[]): Outcome =>
    isIll(atMs) && chance(0.6) ? (chance(0.5) ? "failed" : "unknown") : (calm[upTo(calm.length - 1)] ?? "ok");

  // A log: produced, read in order by one reader after another, committed.
  const placed = chance(0.7);
  const log: { value: number; partition: number; appendedMs: number; key: number }[] = [];
  for (let value = 0; value < 24; value += 1) {
    const intendedMs = value * 2;
    const startMs = intendedMs + upTo(1);
    const tookMs = chance(0.1) ? upTo(12) : upTo(2);
    const outcome = outcomeAt(startMs, ["ok"]);
    const partition = value % 2;
    const row = {
      value,
      key: value % 3,
      partition: placed ? partition : -1,
      intendedMs,
      startMs,
      endMs: startMs + tookMs,
      outcome,
    };
    operations.push({ ...row, client: `producer-${1 + partition}`, error: outcome === "ok" ? "" : "REFUSED" });
    const isThere =
      outcome === "ok" ? !(strange && chance(0.02)) : outcome === "unknown" ? chance(0.5) : strange && chance(0.1);
    if (isThere) log.push({ value, partition, key: value % 3, appendedMs: startMs + upTo(tookMs) });
    if (outcome === "unknown" && chance(0.2)) {
      operations.push({
        ...row,
        startMs: row.endMs + 1,
        endMs: row.endMs + 2,
        outcome: "failed",
        client: "producer-1",
        error: "X",
      });
    }
  }
  for (const partition of [0, 1]) {
    const records = log.filter((one) => one.partition === partition).toSorted((a, b) => a.appendedMs - b.appendedMs);
    let nowMs = 0;
    let committed = 0;
    let [reader, assignment] = [1, 1];
    for (let offset = 0; offset < records.length; offset += 1) {
      const record = records[offset];
      if (record === undefined) continue;
      const made = operations.find(({ value, outcome }) => value === record.value && outcome === "ok");
      if (made !== undefined && placed) Object.assign(made, { offset });
      nowMs = Math.max(nowMs, record.appendedMs) + upTo(2);
      reads.push({
        ...record,
        offset: strange && chance(0.02) ? offset + 1 : offset,
        client: `reader-${reader}`,
        assignment,
        atMs: nowMs,
      });
      const commit = {
        client: `reader-${reader}`,
        action: "commit",
        partition,
        offset: offset + 1,
        outcome: "ok" as const,
      };
      if (chance(0.3)) {
        operations.push({ ...commit, startMs: nowMs, endMs: nowMs + upTo(3), outcome: chance(0.2) ? "unknown" : "ok" });
        committed = offset + 1;
        if (chance(0.3)) nowMs += 3;
      }
      if (chance(0.08) && offset > committed) {
        [reader, assignment] = [3 - reader, assignment + 1];
        nowMs += 4;
        offset = committed - 1;
      }
    }
  }

  // A store that is read whole.
  const there: { value: number; atMs: number }[] = [];
  for (let value = 0; value < 8; value += 1) {
    const startMs = value * 5 + upTo(3);
    const endMs = startMs + upTo(4);
    const outcome = outcomeAt(startMs, ["ok"]);
    operations.push({ load: "rows", action: "add", client: "writer-1", value, startMs, endMs, outcome });
    if (outcome === "ok" || chance(0.3))
      there.push({ value, atMs: startMs + upTo(endMs - startMs) + (chance(0.2) ? upTo(6) : 0) });
  }
  [12, 25, 38, 55].forEach((startMs, i) => {
    const endMs = startMs + upTo(4);
    const lookMs = startMs + upTo(endMs - startMs);
    operations.push({ load: "rows", action: "read", client: "reader-1", value: i + 1, startMs, endMs });
    for (const { value, atMs } of there) {
      if (atMs > lookMs || (strange && chance(0.03))) continue;
      reads.push({
        load: "rows",
        client: "reader-1",
        assignment: i + 1,
        value,
        key: value,
        partition: strange && chance(0.05) ? 1 : 1 + (value % 2),
        atMs: endMs,
      });
    }
  });

  // Registers: each operation takes effect once between its start and its end.
  const values = [-1, -1];
  for (let i = 0; i < 20; i += 1) {
    const key = upTo(1);
    const effectMs = 3 + i * 2;
    const [startMs, endMs] = [Math.max(0, effectMs - upTo(4)), effectMs + upTo(4)];
    const outcome = outcomeAt(effectMs, ["ok"]);
    const row = { load: "registers", client: `client-${i}`, key, startMs, endMs, outcome };
    const old = values[key] ?? -1;
    if (chance(0.5)) operations.push({ ...row, action: "read", value: strange && chance(0.05) ? i : old });
    else {
      operations.push({
        ...row,
        ...(chance(0.3) ? { action: "cas", offset: old } : { action: "write" }),
        value: 100 + i,
      });
      if (outcome === "ok" || (outcome === "unknown" && chance(0.5))) values[key] = 100 + i;
    }
  }
  values.forEach((value, key) =>
    operations.push({ load: "registers", action: "read", key, value, startMs: 52, endMs: 53 }),
  );

  for (let atMs = 1; atMs < END_MS - 8; atMs += 1 + upTo(6)) {
    events.push({ type: "observation", atMs, subject: "replicas", value: 1 + upTo(2) });
  }
  events.push({ type: "step-started", atMs: 10, step: "s" }, { type: "step-ended", atMs: 20 + upTo(5), step: "s" });
  events.push({ type: "phase", atMs: 50, phase: "heal" }, { type: "phase", atMs: 51, phase: "converge" });
  for (const atMs of [52, 54, 56]) {
    events.push({ type: "converged", atMs, cluster: "kafka", equal: chance(atMs === 56 ? 0.9 : 0.5), measured: "" });
  }
  events.push(
    { type: "drained", atMs: 80, load: "events", complete: chance(0.9), measured: "" },
    { type: "phase", atMs: 90, phase: "done" },
  );
  return {
    operations: operations.toSorted((a, b) => (a.endMs ?? 0) - (b.endMs ?? 0)),
    reads: reads.toSorted((a, b) => (a.atMs ?? 0) - (b.atMs ?? 0)),
    events: events.toSorted((a, b) => a.atMs - b.atMs),
  };
}
