/** A small run in which all is well, to be changed in one place by each test. */
import { journalOf, openJournal, operationAt, readAt, type JournalParts } from "../../lab/journal/index.ts";
import type { JournalEvent, Operation } from "../../lab/journal/types.ts";
import { journalFile, writePlan } from "../../lab/run-folder/run-files.ts";
import type { Plan } from "../../lab/run-folder/run-folder.ts";
import { seconds, startClock } from "../../lab/time.ts";

/** The plan of that run; `change` replaces whole fields. */
export const planOf = (change: Partial<Plan> = {}): Plan => ({
  version: 1,
  run: "20260102T030405-kafka-example-7",
  scenario: "kafka/example",
  title: "A broker is killed",
  description: "Two of three are left.",
  seed: 7,
  startedAt: "2026-01-02T03:04:05.678Z",
  topology: { kafka: { system: "kafka", brokers: 3, topics: { events: { partitions: 1, replicas: 3 } } } },
  load: { events: { kind: "produce", to: "kafka.events", rate: 10, acks: "all" } },
  expect: { "writes recover": { check: "recovery", of: "events", within: seconds(5), limit: seconds(1) } },
  slos: {},
  environment: {
    lab: "0.1.0",
    node: "v24",
    engine: "engine 28",
    kernel: "6",
    machine: "m",
    cpus: 2,
    memoryBytes: 1,
    images: {},
  },
  repeat: "npm start -- run kafka/example --seed 7",
  ...change,
});

/** One fault, from 2 s to 4 s; ten operations a second until 10 s. */
export const calmEvents: readonly JournalEvent[] = [
  { type: "phase", atMs: 0, phase: "set-up" },
  { type: "load-started", atMs: 0, load: "events", ratePerSecond: 10 },
  { type: "phase", atMs: 1, phase: "run" },
  { type: "step-started", atMs: 1, step: "break" },
  { type: "fault-injected", atMs: 2_000, fault: "f1", kind: "kill", asked: "kafka-1", targets: ["kafka-1"] },
  {
    type: "fault-effect",
    atMs: 2_010,
    fault: "f1",
    receipt: { effective: true, measured: "exited with 137", toEffectMs: 10 },
  },
  { type: "step-ended", atMs: 2_020, step: "break" },
  { type: "fault-healed", atMs: 4_000, fault: "f1", verified: true, measured: "running and answering" },
  { type: "load-ended", atMs: 10_000, load: "events", scheduled: 100, offered: 100 },
  { type: "drained", atMs: 10_500, load: "events", complete: true, measured: "all 100 read" },
  { type: "phase", atMs: 11_000, phase: "done" },
];

/** Each took 5 ms, but those within half a second of the fault: 300 ms, and they failed. */
export const calmOperations: readonly Partial<Operation>[] = Array.from({ length: 100 }, (_, place) => {
  const intendedMs = place * 100;
  const isHit = intendedMs >= 2_000 && intendedMs < 2_500;
  return { value: place, intendedMs, endMs: intendedMs + (isHit ? 300 : 5), outcome: isHit ? "failed" : "ok" };
});

/** Leaves a run folder as a rehearsal does: its plan, and its journal by the real writer. */
export async function writeRun(folder: string, plan: Plan, parts: JournalParts): Promise<void> {
  const head = await writePlan(folder, plan);
  const journal = journalOf(parts);
  await using writer = openJournal(journalFile(folder), startClock(), head);
  for (const event of journal.events) writer.event(event);
  for (let row = 0; row < journal.operations.length; row += 1) writer.operation(operationAt(journal, row));
  for (let row = 0; row < journal.reads.length; row += 1) writer.read(readAt(journal, row));
}
