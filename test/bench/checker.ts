/**
 * How fast a journal of a million operations is written, read and judged. Reading and judging are measured in
 * processor time, which is what one core needs for them; writing in time passed, since it waits for the disk.
 */
import { rmSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, runCheck } from "../../lab/checks/index.ts";
import type { CheckSpec } from "../../lab/checks/index.ts";
import { openJournal, operationAt, readAt, readJournal } from "../../lab/journal/index.ts";
import type { Journal } from "../../lab/journal/index.ts";
import { monotonicMs, seconds, startClock } from "../../lab/time.ts";
import { syntheticJournal } from "./synthetic-journal.ts";
import type { Measurement } from "./measurement.ts";

const REPEATS = 5;
/** So often the writer is let to empty its queue: a real load does not come faster than the disk. */
const ROWS_BETWEEN_FLUSHES = 200_000;

const CHECKS: readonly CheckSpec[] = [
  check.delivery("events"),
  check.availability({ of: "events", atLeast: 0.9, limit: seconds(1) }),
  check.recovery({ of: "events", within: seconds(15) }),
  check.handover({ of: "events", within: seconds(10) }),
  check.positions("events"),
  check.refused({ of: "events", during: { phase: "faults" }, errors: ["timeout"] }),
  check.observed({ subject: "in-sync replicas of events/0", values: [2, 3] }),
  check.convergence({ of: "kafka", within: seconds(10) }),
];

/** The rates of the journal and of the checks; a row is an operation or a read record. */
export async function benchChecker(operations = 1_000_000): Promise<Measurement[]> {
  const journal = syntheticJournal(operations);
  const rows = journal.operations.length + journal.reads.length;
  const folder = await mkdtemp(join(tmpdir(), "resilience-lab-bench-"));
  try {
    const path = join(folder, "journal.bin");
    const writtenMs = await timeOf(() => write(path, journal));
    const bytes = statSync(path).size;
    const readMs = cpuTimeOf(() => void readJournal(path));
    const kept = readJournal(path);
    const rate = (spanMs: number): number => Math.round(rows / (spanMs / 1_000));
    const deliveryMs = cpuTimeOf(() => expectHeld(check.delivery("events"), kept));
    const allMs = cpuTimeOf(() => {
      for (const spec of CHECKS) runCheck(spec, kept);
    });
    return [
      { name: "journal rows", unit: "rows", value: rows },
      { name: "journal size a row", unit: "bytes", value: Math.round((bytes / rows) * 10) / 10 },
      { name: "journal written", unit: "rows/s", value: rate(writtenMs) },
      { name: "journal read", unit: "rows/CPU s", value: rate(readMs) },
      { name: "delivery checked", unit: "rows/CPU s", value: rate(deliveryMs), goal: "≥ 2,000,000" },
      { name: `all ${CHECKS.length} checks`, unit: "rows/CPU s", value: rate(allMs) },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function write(path: string, journal: Journal): Promise<void> {
  await using writer = openJournal(path, startClock());
  for (const event of journal.events) writer.event(event);
  const { length } = journal.operations;
  for (let row = 0; row < Math.max(length, journal.reads.length); row += 1) {
    if (row < length) writer.operation(operationAt(journal, row));
    if (row < journal.reads.length) writer.read(readAt(journal, row));
    if (row % ROWS_BETWEEN_FLUSHES === 0) await writer.flush();
  }
}

/** A check that does not hold on this journal was not doing its work. */
function expectHeld(spec: CheckSpec, journal: Journal): void {
  const { verdict, summary } = runCheck(spec, journal);
  if (verdict !== "held") throw new Error(`${spec.check} came to ${verdict}: ${summary}`);
}

async function timeOf(work: () => void | Promise<void>): Promise<number> {
  const startedMs = monotonicMs();
  await work();
  return monotonicMs() - startedMs;
}

/** The least processor time of a few runs: what the code costs on one core, whatever else the machine is doing. */
function cpuTimeOf(work: () => void): number {
  const spans = Array.from({ length: REPEATS }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000;
  });
  return Math.min(...spans);
}
