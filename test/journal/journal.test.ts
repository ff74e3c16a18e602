import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { dumpJournal, journalOf, openJournal, readJournal } from "../../lab/journal/index.ts";
import type { Journal, JournalEvent, Operation, ReadRecord } from "../../lab/journal/index.ts";
import { LabError } from "../../lab/errors.ts";
import { seconds, waitFor } from "../../lab/time.ts";
import type { RunClock } from "../../lab/time.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MAGIC_BYTES = 8;
const stoppedClock: RunClock = { startedAt: "2026-01-01T00:00:00.000Z", now: () => 7.5 };

const operation: Operation = {
  load: "events",
  client: "producer-1",
  action: "produce",
  outcome: "unknown",
  error: "timeout",
  value: 2 ** 40,
  key: 4_000_000_000,
  partition: -1,
  offset: -1,
  intendedMs: 1.25,
  startMs: 2.5,
  endMs: 3.75,
};

const record: ReadRecord = {
  load: "events",
  client: "reader-1",
  value: 17,
  key: 3,
  partition: 5,
  offset: 2 ** 45,
  assignment: 2,
  atMs: 9.5,
};

type Entry =
  | { readonly kind: "operation"; readonly row: Operation }
  | { readonly kind: "read"; readonly row: ReadRecord }
  | { readonly kind: "event"; readonly row: JournalEvent }
  | { readonly kind: "flush" };

async function write(path: string, entries: readonly Entry[]): Promise<void> {
  await using journal = openJournal(path, stoppedClock);
  for (const entry of entries) {
    if (entry.kind === "operation") journal.operation(entry.row);
    else if (entry.kind === "read") journal.read(entry.row);
    else if (entry.kind === "event") journal.event(entry.row);
    else await journal.flush();
  }
}

/** The bytes at which whole frames end, from the format's description. */
function frameEnds(path: string): number[] {
  const bytes = readFileSync(path);
  const ends = [MAGIC_BYTES];
  for (let at = MAGIC_BYTES; at < bytes.length;) {
    at += 9 + bytes.readUInt32LE(at);
    ends.push(at);
  }
  return ends;
}

/** What a journal holds, by kind, each in its order. */
function contents(journal: Journal): { operations: string[]; reads: string[]; events: string[] } {
  const { torn: _torn, ...whole } = journal;
  const lines = [...dumpJournal({ ...whole, operations: { ...whole.operations }, reads: { ...whole.reads } })];
  const of = (row: string): string[] => lines.filter((line) => line.startsWith(`{"row":"${row}"`));
  return { operations: of("operation"), reads: of("read"), events: of("event") };
}

/** The first of these that a list must be to be a beginning of the other. */
function expectBeginning(part: Journal, whole: Journal): void {
  const some = contents(part);
  const all = contents(whole);
  for (const kind of ["operations", "reads", "events"] as const) {
    expect(all[kind].slice(0, some[kind].length)).toEqual(some[kind]);
  }
}

const text = fc.string({ unit: "grapheme", maxLength: 12 });
const time = fc.double({ min: 0, max: 1e7, noNaN: true });
const whole = fc.integer({ min: -1, max: 2 ** 31 - 1 });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc.record({
    kind: fc.constant("operation" as const),
    row: fc.record({
      ...{ load: text, client: text, action: text, error: text },
      outcome: fc.constantFrom("ok" as const, "failed" as const, "unknown" as const),
      ...{ value: fc.maxSafeInteger(), key: fc.nat(), partition: whole, offset: fc.maxSafeInteger() },
      ...{ intendedMs: time, startMs: time, endMs: time },
    }),
  }),
  fc.record({
    kind: fc.constant("read" as const),
    row: fc.record({
      ...{ load: text, client: text, value: fc.maxSafeInteger(), key: fc.nat(), partition: whole },
      ...{ offset: fc.maxSafeInteger(), assignment: fc.nat(), atMs: time },
    }),
  }),
  fc.record({
    kind: fc.constant("event" as const),
    row: fc.record({ type: fc.constant("step-started" as const), atMs: time, step: text }),
  }),
  fc.constant<Entry>({ kind: "flush" }),
);

describe("a journal's file", () => {
  test("gives back what was recorded, with every digit", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await write(path, [
      { kind: "operation", row: operation },
      { kind: "read", row: record },
      { kind: "event", row: { type: "phase", atMs: 4, phase: "run" } },
    ]);
    const journal = readJournal(path);
    expect(journal.torn).toBeUndefined();
    expect([...dumpJournal(journal)]).toMatchInlineSnapshot(`
      [
        "{"row":"operation","load":"events","client":"producer-1","action":"produce","outcome":"unknown","error":"timeout","value":1099511627776,"key":4000000000,"partition":-1,"offset":-1,"intendedMs":1.25,"startMs":2.5,"endMs":3.75}",
        "{"row":"event","type":"phase","atMs":4,"phase":"run"}",
        "{"row":"read","load":"events","client":"reader-1","value":17,"key":3,"partition":5,"offset":35184372088832,"assignment":2,"atMs":9.5}",
      ]
    `);
  });

  test("stamps an event with the clock unless it brings its time", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await using journal = openJournal(path, stoppedClock);
    journal.event({ type: "step-started", step: "warm up" });
    journal.event({ type: "step-ended", step: "warm up", atMs: 99 });
    await journal.close();
    expect(readJournal(path).events).toEqual([
      { type: "step-started", atMs: 7.5, step: "warm up" },
      { type: "step-ended", atMs: 99, step: "warm up" },
    ]);
  });

  test("is on disk after a tenth of a second, without a flush", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await using journal = openJournal(path, stoppedClock);
    journal.operation(operation);
    const rows = await waitFor(
      "the operation in the file",
      () => {
        const { length } = readJournal(path).operations;
        return Promise.resolve(length === 1 ? { reached: length } : { seen: `${length} rows` });
      },
      { within: seconds(5) },
    );
    expect(rows).toBe(1);
  });

  test("keeps blocks, and events between them, in order when many rows are recorded", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await using journal = openJournal(path, stoppedClock);
    for (let value = 0; value < 10_000; value += 1) {
      journal.operation({ ...operation, client: `producer-${value % 7}`, value });
      journal.read({ ...record, value: value * 2 });
    }
    await journal.close();
    const { operations, reads, names } = readJournal(path);
    expect([operations.length, reads.length]).toEqual([10_000, 10_000]);
    for (let row = 0; row < 10_000; row += 1) {
      if (operations.value[row] !== row || reads.value[row] !== row * 2) throw new Error(`row ${row} is not itself`);
      if (names[operations.client[row] ?? 0] !== `producer-${row % 7}`)
        throw new Error(`row ${row} has another's name`);
    }
  });

  test("is not written over", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await write(path, []);
    expect(() => openJournal(path, stoppedClock)).toThrow(/there is a journal at .* already/);
  });
});

describe("whose journal it is, and whether it is whole", () => {
  const done: Entry = { kind: "event", row: { type: "phase", atMs: 9, phase: "done" } };
  const entries: readonly Entry[] = [
    { kind: "event", row: { type: "phase", atMs: 0, phase: "run" } },
    { kind: "event", row: { type: "step-started", atMs: 1, step: "a" } },
    { kind: "event", row: { type: "step-started", atMs: 2, step: "b" } },
    done,
  ];

  test("the head names the run and its plan; without one there is none", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    const head = { run: "20261123T070312-kafka-leader-kill-4711", planHash: "ab".repeat(32) };
    const journal = openJournal(path, stoppedClock, head);
    journal.event({ type: "phase", phase: "run" });
    await journal.close();
    expect(readJournal(path).head).toEqual(head);
    expect([...dumpJournal(readJournal(path))][0]).toBe(JSON.stringify({ row: "head", ...head }));
    const nameless = join(folder.path, "nameless.bin");
    await write(nameless, entries);
    expect(readJournal(nameless).head).toBeUndefined();
  });

  test("finished is one with its done mark, and nothing torn", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await write(path, entries);
    expect(readJournal(path).finished).toBe(true);
    const ends = frameEnds(path);
    // Cut between two frames: nothing is torn, and yet the end is missing.
    truncateSync(path, ends.at(-2));
    expect(readJournal(path)).toMatchObject({ finished: false });
    expect(readJournal(path).torn).toBeUndefined();
    const other = join(folder.path, "other.bin");
    await write(other, [...entries.slice(0, -1), { kind: "event", row: { type: "phase", atMs: 9, phase: "drain" } }]);
    expect(readJournal(other).finished).toBe(false);
  });

  test.each([
    ["missing", (frames: readonly Buffer[]) => frames.toSpliced(1, 1)],
    ["doubled", (frames: readonly Buffer[]) => frames.toSpliced(1, 0, frames[1] ?? Buffer.alloc(0))],
    [
      "in another's place",
      (frames: readonly Buffer[]) => [0, 2, 1, 3].map((place) => frames[place] ?? Buffer.alloc(0)),
    ],
  ])("a frame that is %s ends what is read", async (_, change) => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await write(path, entries);
    const ends = frameEnds(path);
    const bytes = readFileSync(path);
    const frames = ends.slice(1).map((end, place) => bytes.subarray(ends[place], end));
    expect(frames.length).toBe(entries.length);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, MAGIC_BYTES), ...change(frames)]));
    const journal = readJournal(path);
    expect(journal.finished).toBe(false);
    expect(journal.torn?.lostBytes).toBeGreaterThan(0);
  });

  test("one of an older lab, whose frames have no numbers, is read as it was", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    const payload = Buffer.concat([Buffer.from([1]), Buffer.from('{"type":"phase","atMs":4,"phase":"done"}')]);
    const head = Buffer.alloc(8);
    head.writeUInt32LE(payload.length - 1, 0);
    head.writeUInt32LE(crc32(payload), 4);
    const frame = Buffer.concat([head, payload]);
    writeFileSync(path, Buffer.concat([Buffer.from("LABJRNL\x01"), frame, frame]));
    expect(readJournal(path)).toMatchObject({ finished: true, events: [{ type: "phase" }, { type: "phase" }] });
  });
});

describe("a torn journal", () => {
  const small: Entry[] = [
    { kind: "event", row: { type: "phase", atMs: 0, phase: "run" } },
    { kind: "operation", row: operation },
    { kind: "operation", row: { ...operation, client: "producer-2", value: 2 } },
    { kind: "flush" },
    { kind: "read", row: record },
    { kind: "event", row: { type: "phase", atMs: 9, phase: "done" } },
  ];

  test("is read up to the last whole frame, wherever it was cut", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await write(path, small);
    const all = readJournal(path);
    const ends = frameEnds(path);
    const size = readFileSync(path).length;
    const cut = join(folder.path, "cut.bin");
    for (let length = 0; length < size; length += 1) {
      copyFileSync(path, cut);
      truncateSync(cut, length);
      const part = readJournal(cut);
      expectBeginning(part, all);
      const atByte = ends.findLast((end) => end <= length) ?? 0;
      if (ends.includes(length)) expect(part.torn).toBeUndefined();
      else expect(part.torn).toEqual({ atByte, lostBytes: length - atByte });
    }
  });

  test("is read up to the damage, wherever a byte was changed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    await write(path, small);
    const all = readJournal(path);
    const bytes = readFileSync(path);
    const ends = frameEnds(path);
    const damaged = join(folder.path, "damaged.bin");
    for (let at = MAGIC_BYTES; at < bytes.length; at += 1) {
      const changed = Uint8Array.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      writeFileSync(damaged, changed);
      const part = readJournal(damaged);
      expectBeginning(part, all);
      const atByte = ends.findLast((end) => end <= at) ?? 0;
      expect(part.torn).toEqual({ atByte, lostBytes: bytes.length - atByte });
    }
  });

  test("property: whatever was recorded, the whole frames before a cut are read", async () => {
    using folder = temporaryFolder();
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 40 }), fc.nat(), async (entries, somewhere) => {
        const path = join(folder.path, `${(runs += 1)}.bin`);
        await write(path, entries);
        const all = readJournal(path);
        expect(all.torn).toBeUndefined();
        expect(all.operations.length).toBe(entries.filter(({ kind }) => kind === "operation").length);
        expect(all.reads.length).toBe(entries.filter(({ kind }) => kind === "read").length);
        expect(all.events).toEqual(entries.flatMap((e) => (e.kind === "event" ? [e.row] : [])));
        const length = somewhere % (readFileSync(path).length + 1);
        const ends = frameEnds(path);
        truncateSync(path, length);
        const part = readJournal(path);
        expectBeginning(part, all);
        expect(part.torn?.atByte ?? length).toBe(ends.findLast((end) => end <= length) ?? 0);
      }),
      { numRuns: 60 },
    );
  });

  test("property: bytes of any kind behind a journal's first bytes never throw", () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    fc.assert(
      fc.property(fc.constantFrom("\x01", "\x02"), fc.uint8Array({ maxLength: 200 }), (version, noise) => {
        writeFileSync(path, Buffer.concat([Buffer.from(`LABJRNL${version}`), noise]));
        const journal = readJournal(path);
        expect(journal.torn?.lostBytes ?? 0).toBe(noise.length);
      }),
    );
  });

  test("is left readable by a writer that was killed", async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "journal.bin");
    const writer = spawn(process.execPath, [join(import.meta.dirname, "endless-writer.ts"), path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let dots = 0;
    for await (const chunk of writer.stdout) {
      dots += (chunk as Buffer).length;
      if (dots >= 20) break;
    }
    const gone = once(writer, "exit");
    writer.kill("SIGKILL");
    await gone;
    const { operations } = readJournal(path);
    expect(operations.length).toBeGreaterThan(20_000);
    for (let row = 0; row < operations.length; row += 1) {
      if (operations.value[row] !== row) throw new Error(`row ${row} holds the value ${operations.value[row]}`);
    }
  });
});

describe("what is no journal", () => {
  const failure = (path: string): LabError => {
    try {
      readJournal(path);
    } catch (error) {
      if (error instanceof LabError) return error;
    }
    throw new Error("was read");
  };

  test("is told apart: missing, something else, a later version", () => {
    using folder = temporaryFolder();
    const other = join(folder.path, "journal.bin");
    writeFileSync(other, "{}\n");
    const later = join(folder.path, "later.bin");
    writeFileSync(later, "LABJRNL\x03");
    const missing = join(folder.path, "missing.bin");
    const folderInstead = join(folder.path, "folder.bin");
    mkdirSync(folderInstead);
    const told = [missing, other, later, folderInstead].map((path) => {
      const { code, message, hint } = failure(path);
      return `${code}: ${message.replaceAll(folder.path, "RUN")} (${hint})`;
    });
    expect(told).toMatchInlineSnapshot(`
      [
        "bad-run-folder: cannot read the journal RUN/missing.bin: ENOENT: no such file or directory, stat 'RUN/missing.bin' (give the folder of a run, with plan.json and journal.bin in it: ls reports/runs lists them)",
        "bad-run-folder: RUN/journal.bin is not a journal (give the folder of a run)",
        "bad-run-folder: RUN/later.bin is a journal of version 3; this lab reads versions up to 2 (judge this run with the lab that wrote it, or a newer one)",
        "bad-run-folder: RUN/folder.bin is no file (give the folder of a run)",
      ]
    `);
  });
});

describe("a disk that takes no more", () => {
  test("never throws at the recorder; flush and close say what to do", async () => {
    const journal = openJournal("/dev/full", stoppedClock);
    journal.operation(operation);
    journal.event({ type: "note", level: "info", text: "goes on" });
    const told: string[] = [];
    for (const end of [() => journal.flush(), () => journal.close()]) {
      const error: unknown = await end().catch((thrown: unknown) => thrown);
      journal.read(record);
      if (error instanceof LabError) told.push(`${error.code}: ${error.message} (${error.hint})`);
    }
    expect(journal.failed?.code).toBe("not-enough-disk");
    expect(told).toMatchInlineSnapshot(`
      [
        "not-enough-disk: cannot write the journal /dev/full: ENOSPC: no space left on device, write (make room on the disk that holds the run folder (old runs can be deleted), then run again; what was recorded before is readable)",
        "not-enough-disk: cannot write the journal /dev/full: ENOSPC: no space left on device, write (make room on the disk that holds the run folder (old runs can be deleted), then run again; what was recorded before is readable)",
      ]
    `);
  });
});

describe("a journal in memory", () => {
  test("fills in what a row leaves out", () => {
    const journal = journalOf({ operations: [{ value: 1, intendedMs: 5 }], reads: [{ value: 1 }] });
    expect([...dumpJournal(journal)]).toMatchInlineSnapshot(`
      [
        "{"row":"read","load":"events","client":"reader-1","value":1,"key":0,"partition":0,"offset":0,"assignment":1,"atMs":0}",
        "{"row":"operation","load":"events","client":"producer-1","action":"produce","outcome":"ok","error":"","value":1,"key":0,"partition":-1,"offset":-1,"intendedMs":5,"startMs":5,"endMs":5}",
      ]
    `);
  });

  test("holds as many names as fit, and says so for the others", () => {
    const operations = Array.from({ length: 65_600 }, (_, i) => ({ client: `client-${i}` }));
    const { names, operations: table } = journalOf({ operations });
    expect(names.length).toBe(65_536);
    expect(names[table.client[65_599] ?? 0]).toBe("(more names than a journal holds)");
  });
});
