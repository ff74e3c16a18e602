import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { journalOf, type JournalEvent } from "../../lab/journal/index.ts";
import { evaluateSlos, readSlos } from "../../lab/slo/index.ts";
import { syntheticJournal } from "../bench/synthetic-journal.ts";

const projectFile = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const names = readdirSync(projectFile("schemas/slo"))
  .filter((file) => file.endsWith(".yaml"))
  .map((file) => file.replace(/\.yaml$/, ""));
const documentsOf = (name: string) =>
  readSlos(readFileSync(projectFile(`schemas/slo/${name}.yaml`), "utf8"), `schemas/slo/${name}.yaml`);

describe("the SLOs of the project", () => {
  test("are these", () => {
    expect(names.toSorted()).toEqual([
      "clickhouse-insert-availability",
      "clickhouse-queued-insert-availability",
      "clickhouse-recovery-time",
      "kafka-end-to-end-delay",
      "kafka-outage-availability",
      "kafka-outage-recovery-time",
      "kafka-produce-availability",
      "kafka-produce-latency",
      "kafka-recovery-time",
      "minio-outage-read-latency",
      "minio-read-availability",
      "minio-read-latency",
      "minio-read-recovery-time",
      "minio-write-availability",
      "minio-write-latency",
      "minio-write-recovery-time",
      "spark-batch-availability",
      "spark-batch-latency",
      "spark-outage-recovery-time",
      "spark-recovery-time",
      "zookeeper-recovery-time",
      "zookeeper-write-availability",
    ]);
  });

  test.each(names)("%s: one SLO with the file's name, which the journal answers", (name) => {
    const documents = documentsOf(name);
    expect(documents.map(({ kind, metadata }) => [kind, metadata.name])).toEqual([["SLO", name]]);
    const results = evaluateSlos(documents, journalOf({}));
    expect(results.map(({ verdict }) => verdict)).toEqual(["unknown", "unknown"]);
    for (const { summary } of results) expect(summary).toMatch(/^no samples: /);
  });

  test.each(names)("%s: an outage without an end violates it", (name) => {
    const documents = documentsOf(name);
    const text = readFileSync(projectFile(`schemas/slo/${name}.yaml`), "utf8");
    const [, load = "", action = "produce"] = /spec: \{ load: (\w+)(?:, action: (\w+))?/.exec(text) ?? [];
    // A delay is of what was acknowledged: here nobody ever reads it.
    const outcome = name.endsWith("-delay") ? "ok" : "unknown";
    const events: JournalEvent[] = [
      { type: "fault-injected", atMs: 0, fault: "f", kind: "kill", asked: "all", targets: ["all"] },
      { type: "phase", atMs: 130_000, phase: "done" },
    ];
    const operations = Array.from(
      { length: 120 },
      (_, i) => ({ load, action, outcome, value: i, intendedMs: i * 1_000 }) as const,
    );
    const results = evaluateSlos(documents, journalOf({ operations, events }));
    // The fault is there from the first operation on: nothing of it is calm.
    expect(results.map(({ verdict }) => verdict)).toEqual(["unknown", "violated"]);
  });

  test("read a journal as people would", () => {
    const results = evaluateSlos(names.toSorted().flatMap(documentsOf), syntheticJournal(20_000));
    expect(results.map(({ verdict, summary }) => `${verdict}: ${summary}`)).toMatchInlineSnapshot(`
      [
        "unknown: no samples: the journal has no add operations of rows in calm",
        "unknown: no samples: the journal has no add operations of rows",
        "unknown: no samples: the journal has no add operations of queued in calm",
        "unknown: no samples: the journal has no add operations of queued",
        "unknown: no samples: the journal has no add operations of rows in calm",
        "unknown: no samples: the journal has no faults",
        "held: 100 % of 4,666 acknowledged records of events in calm read at most 2 s after the intended time of writing, wanted 99 %; 100 % of the error budget left",
        "held: 96.83 % of 8,949 acknowledged records of events under faults read at most 2 s after the intended time of writing, wanted 20 %; 96.04 % of the error budget left",
        "held: 100 % of 4,666 produce operations of events in calm acknowledged within 1 s of the intended time, wanted 99 %; 100 % of the error budget left",
        "held: 97.61 % of 9,168 produce operations of events under faults acknowledged, wanted 40 %; 96.01 % of the error budget left",
        "held: 100 % of 4,666 produce operations of events in calm acknowledged within 1 s of the intended time, wanted 99 %; 100 % of the error budget left",
        "held: 100 % of 3 faults recovered within 40 s of the fault, wanted 99 %; 100 % of the error budget left",
        "held: 100 % of 4,666 produce operations of events in calm acknowledged within 1 s of the intended time, wanted 99 %; 100 % of the error budget left",
        "violated: 98.9 % of 20,000 produce operations of events acknowledged, wanted 99 %; error budget overspent by 9.5 %",
        "held: 100 % of 4,666 produce operations of events in calm acknowledged within 1 s of the intended time, wanted 99 %; 100 % of the error budget left",
        "held: 94.98 % of 9,168 produce operations of events under faults acknowledged within 1 s of the intended time, wanted 30 %; 92.83 % of the error budget left",
        "held: 100 % of 4,666 produce operations of events in calm acknowledged within 1 s of the intended time, wanted 99 %; 100 % of the error budget left",
        "held: 100 % of 3 faults recovered within 15 s of the fault, wanted 99 %; 100 % of the error budget left",
        "unknown: no samples: the journal has no read operations of objects in calm",
        "unknown: no samples: the journal has no read operations of objects under faults",
        "unknown: no samples: the journal has no read operations of objects in calm",
        "unknown: no samples: the journal has no read operations of objects",
        "unknown: no samples: the journal has no read operations of objects in calm",
        "unknown: no samples: the journal has no read operations of objects under faults",
        "unknown: no samples: the journal has no read operations of objects in calm",
        "unknown: no samples: the journal has no faults",
        "unknown: no samples: the journal has no write operations of objects in calm",
        "unknown: no samples: the journal has no write operations of objects",
        "unknown: no samples: the journal has no write operations of objects in calm",
        "unknown: no samples: the journal has no write operations of objects under faults",
        "unknown: no samples: the journal has no write operations of objects in calm",
        "unknown: no samples: the journal has no faults",
        "unknown: no samples: the journal has no add operations of events in calm",
        "unknown: no samples: the journal has no add operations of events",
        "unknown: no samples: the journal has no add operations of events in calm",
        "unknown: no samples: the journal has no add operations of events",
        "unknown: no samples: the journal has no add operations of events in calm",
        "unknown: no samples: the journal has no faults",
        "unknown: no samples: the journal has no add operations of events in calm",
        "unknown: no samples: the journal has no faults",
        "unknown: no samples: the journal has no write operations of registers in calm",
        "unknown: no samples: the journal has no faults",
        "unknown: no samples: the journal has no write operations of registers in calm",
        "unknown: no samples: the journal has no write operations of registers under faults",
      ]
    `);
  });

  test("judge a fifth of a million operations soon, even on a busy machine", () => {
    const documents = names.flatMap(documentsOf);
    const journal = syntheticJournal(200_000);
    const before = process.cpuUsage();
    const results = evaluateSlos(documents, journal);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(8_000);
    expect(results.find(({ name }) => name === "kafka-produce-availability/acknowledged")?.total).toBe(200_000);
  }, 60_000);
});

describe("docs/slos.md", () => {
  const text = readFileSync(projectFile("docs/slos.md"), "utf8");
  const snippets = [...text.matchAll(/```yaml\n([^]*?)```/g)].map(([, snippet]) => snippet ?? "");

  test("its example is read and judged", () => {
    expect(snippets).toHaveLength(1);
    const documents = readSlos(snippets.join(), "docs/slos.md");
    const operation = { load: "orders", intendedMs: 0 };
    const operations = [
      ...Array.from({ length: 19 }, () => ({ ...operation, endMs: 500 })),
      { ...operation, endMs: 501 },
    ];
    const [result] = evaluateSlos(documents, journalOf({ operations }));
    expect(result).toMatchObject({
      verdict: "held",
      measured: 0.95,
      budgetLeft: 0,
      displayName: "Orders are accepted in time",
    });
  });

  test("names every field and annotation of the extension", () => {
    const schema = readFileSync(projectFile("schemas/slo/journal-source.schema.json"), "utf8");
    const { properties } = JSON.parse(schema) as { properties: Record<string, { enum?: string[] }> };
    const words = Object.entries(properties).flatMap(([field, { enum: values = [] }]) => [field, ...values]);
    for (const word of [...words, "resilience-lab/burn-window", "resilience-lab/time-slice-window"])
      expect(text).toContain(`\`${word}\``);
  });
});
