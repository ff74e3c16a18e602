/** Runs to draw reports of: one held, one violated, one unknown. Journals are synthetic; verdicts are written by hand. */
import { OK, nameIndex, type Journal, type JournalEvent } from "../../lab/journal/types.ts";
import type { Environment, HistoryEntry, Plan, VerdictFile } from "../../lab/run-folder/run-folder.ts";
import type { BudgetWindow, SloResult } from "../../lab/slo/types.ts";
import { seconds } from "../../lab/time.ts";
import type { RunRecord } from "../../reports/types.ts";
import { formatNumber, formatShare } from "../../reports/format.ts";
import { syntheticJournal } from "../bench/synthetic-journal.ts";

const environment: Environment = {
  lab: "0.1.0",
  node: "v24.21.0",
  engine: "Docker Engine 20.10.24 (private)",
  kernel: "6.18.5",
  machine: "Debian GNU/Linux 12, x86_64",
  cpus: 2,
  memoryBytes: 24 * 1_024 ** 3,
  images: {
    kafka: {
      reference: "resilience-lab/kafka:3f9c0e51d2aa",
      id: "sha256:8d6f9f0c3a1b7f5d3c8f2e4a6b1d0c9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c",
      source: "packages",
    },
    netfilter: {
      reference: "resilience-lab/netfilter:77ab12cd90ef",
      id: "sha256:1b7f5d3c8f2e4a6b1d0c9e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c8d6f9f0c3a",
      source: "packages",
    },
  },
};

export const samplePlan: Plan = {
  version: 1,
  run: "20261123T065100-kafka-leader-kill-42",
  scenario: "kafka/leader-kill",
  title: "The leader of a loaded partition dies",
  description:
    "The leader of a loaded partition dies by SIGKILL while producers wait for all in-sync replicas.\nTwo of three replicas hold every acknowledged record, so one death may cost time but never data.",
  seed: 42,
  startedAt: "2026-11-23T06:51:00.000Z",
  topology: {
    kafka: { system: "kafka", brokers: 3, topics: { events: { partitions: 6, replicas: 3, minInSync: 2 } } },
  },
  load: { events: { kind: "produce", to: "kafka.events", rate: 500, acks: "all", producers: 3 } },
  expect: {
    "no acknowledged record is lost": { check: "delivery", of: "events" },
    "writes recover": { check: "recovery", of: "events", within: seconds(15) },
    "in-sync replicas return": { check: "convergence", of: "kafka", within: seconds(30) },
  },
  slos: {},
  environment,
  repeat: "npm start -- run kafka/leader-kill --seed 42",
};

/** Counts of produced records, so that the verdicts written by hand agree with the journal. */
function produced(journal: Journal): { readonly total: number; readonly ok: number } {
  const produce = nameIndex(journal, "produce");
  const { length, action, outcome } = journal.operations;
  let total = 0;
  let ok = 0;
  for (let row = 0; row < length; row++) {
    if (action[row] !== produce) continue;
    total++;
    if (outcome[row] === OK) ok++;
  }
  return { total, ok };
}

function windowsOf(journal: Journal): BudgetWindow[] {
  const produce = nameIndex(journal, "produce");
  return Array.from({ length: 24 }, (_, index): BudgetWindow => {
    const fromMs = 5_000 + index * 5_000;
    const toMs = fromMs + 5_000;
    let good = 0;
    let total = 0;
    for (let row = 0; row < journal.operations.length; row++) {
      const intended = journal.operations.intendedMs[row] ?? 0;
      if (journal.operations.action[row] !== produce || intended < fromMs || intended >= toMs) continue;
      total++;
      if ((journal.operations.endMs[row] ?? 0) - intended < 500 && journal.operations.outcome[row] === OK) good++;
    }
    return { fromMs, toMs, good, total, burnRate: (1 - good / total) / 0.05 };
  });
}

function slosOf(journal: Journal): SloResult[] {
  const windows = windowsOf(journal);
  const good = windows.reduce((sum, window) => sum + window.good, 0);
  const total = windows.reduce((sum, window) => sum + window.total, 0);
  const { ok } = produced(journal);
  return [
    {
      name: "kafka-produce-availability",
      displayName: "Produce availability",
      verdict: "held",
      summary: `${formatShare(ok / total)} of operations ended ok; 97 % were promised.`,
      indicator: "acknowledged within 10 s of the intended time",
      target: 0.97,
      measured: ok / total,
      good: ok,
      total,
      budgetLeft: 1 - (1 - ok / total) / 0.03,
      windows: [],
      figures: {},
    },
    {
      name: "kafka-produce-latency",
      displayName: "Produce latency",
      verdict: "held",
      summary: `${formatShare(good / total)} were acknowledged within 500 ms; 95 % were promised.`,
      indicator: "acknowledged within 500 ms of the intended time",
      target: 0.95,
      measured: good / total,
      good,
      total,
      budgetLeft: 1 - (1 - good / total) / 0.05,
      windows,
      figures: { p50Ms: 3.7, p99Ms: 3_214 },
    },
  ];
}

function history(verdict: VerdictFile): HistoryEntry[] {
  return Array.from({ length: 11 }, (_, index) => ({
    run: `20261122T0${index}0000-kafka-leader-kill-${index}`,
    scenario: verdict.scenario,
    seed: index,
    startedAt: `2026-11-${10 + index}T02:00:00.000Z`,
    verdict: index === 4 ? "unknown" : "held",
    figures: Object.fromEntries(
      verdict.comparisons.map(({ figure, median }) => [figure, median * (0.93 + 0.02 * ((index * 5) % 8))]),
    ),
  }));
}

const LOG = [
  "2026-11-23T06:51:32.250000000Z [2026-11-23 06:51:32,250] INFO [Partition events-0 broker=2] Expanding ISR from 1,2 to 1,2,3",
  "2026-11-23T06:51:35.110000000Z [2026-11-23 06:51:35,110] WARN [ReplicaFetcher replicaId=2, leaderId=1] Connection to node 1 could not be established. Node may not be available.",
  "2026-11-23T06:51:36.004000000Z java.io.IOException: Connection to kafka-1:9092 (id: 1) failed.",
  "\tat org.apache.kafka.clients.NetworkClientUtils.awaitReady(NetworkClientUtils.java:71)",
  "2026-11-23T06:51:38.399000000Z [2026-11-23 06:51:38,399] INFO [Partition events-0 broker=2] Leader with leader epoch 1",
  "2026-11-23T06:51:55.700000000Z [2026-11-23 06:51:55,700] INFO [BrokerLifecycleManager id=1] Registered broker epoch 214",
].join("\n");

const logs = { "kafka-1": LOG, "kafka-2": LOG, "kafka-3": "" };

/** Between a leader's death and the election nobody leads. */
function withGaps(journal: Journal): Journal {
  const nobody = [0, 3].map((partition): JournalEvent => ({
    type: "role",
    atMs: 35_350,
    subject: `kafka leader of events/${partition}`,
    holder: "",
  }));
  return { ...journal, events: [...journal.events, ...nobody].toSorted((a, b) => a.atMs - b.atMs) };
}

/** A run in which everything held. `operations` sizes its journal. */
export function heldRun(operations = 60_000): RunRecord {
  const journal = withGaps(syntheticJournal(operations));
  const { ok, total } = produced(journal);
  const read = journal.reads.length;
  const verdict: VerdictFile = {
    version: 1,
    run: samplePlan.run,
    scenario: samplePlan.scenario,
    seed: samplePlan.seed,
    startedAt: samplePlan.startedAt,
    durationMs: 128_100,
    verdict: "held",
    reasons: [],
    expectations: [
      {
        name: "no acknowledged record is lost",
        spec: { check: "delivery", of: "events" },
        verdict: "held",
        summary: `${formatNumber(ok)} acknowledged, ${formatNumber(read)} read, none lost.`,
        figures: { acknowledged: ok, read, lost: 0, duplicates: 0, reordered: 0 },
        evidence: [],
      },
      {
        name: "writes recover",
        spec: { check: "recovery", of: "events", within: seconds(15) },
        verdict: "held",
        summary: "Writes went on 3.4 s after F1 and 6.2 s after F2; 15 s were allowed.",
        figures: { recoveryMs: 6_204, detectionMs: 212, firstSuccessMs: 1.4 },
        evidence: [
          { what: "first success followed by 5 s without a failure", atMs: 71_204, detail: { fault: "fault-2" } },
        ],
      },
      {
        name: "in-sync replicas return",
        spec: { check: "convergence", of: "kafka", within: seconds(30) },
        verdict: "held",
        summary: "All replicas were equal 1.5 s after the last heal.",
        figures: { convergenceMs: 1_500 },
        evidence: [],
      },
    ],
    slos: slosOf(journal),
    conditions: [
      { name: "the journal is whole", verdict: "held", summary: "written to its end" },
      { name: "the script ran to its end", verdict: "held", summary: "5 steps, none failed" },
      { name: "faults had an effect", verdict: "held", summary: "3 faults, each with a measured effect" },
      { name: "undos were verified", verdict: "held", summary: "3 of 3 heals were seen to work" },
      {
        name: "load was offered",
        verdict: "held",
        summary: `${formatNumber(total)} of ${formatNumber(total)} scheduled operations were started`,
      },
      { name: "reading ended", verdict: "held", summary: "read to the end of 6 partitions" },
    ],
    comparisons: [
      { figure: "slo/kafka-produce-latency/p99Ms", now: 3_214, median: 2_460, runs: 11, standing: "worse" },
      { figure: "slo/kafka-produce-latency/p50Ms", now: 3.7, median: 3.7, runs: 11, standing: "as before" },
      { figure: "expectation/writes recover/recoveryMs", now: 6_204, median: 6_420, runs: 11, standing: "as before" },
      { figure: "expectation/writes recover/detectionMs", now: 212, median: 340, runs: 11, standing: "better" },
      { figure: "expectation/no acknowledged record is lost/lost", now: 0, median: 0, runs: 11, standing: "as before" },
      {
        figure: "expectation/in-sync replicas return/convergenceMs",
        now: 1_500,
        median: 1_480,
        runs: 2,
        standing: "too few runs",
      },
    ],
  };
  return { plan: samplePlan, verdict, journal, logs, history: history(verdict) };
}

/** The mutant's run: acknowledged records were lost. */
export function violatedRun(operations = 60_000): RunRecord {
  const held = heldRun(operations);
  const share = held.verdict.slos[1]?.measured ?? 0;
  const tooSlow = `${formatShare(share)} were acknowledged within 500 ms; 99.9 % were promised.`;
  const mutant = {
    name: "one replica acknowledges",
    change: { "load.events.acks": "leader" },
    violates: "no acknowledged record is lost",
  };
  const verdict: VerdictFile = {
    ...held.verdict,
    mutant: mutant.name,
    verdict: "violated",
    reasons: [
      "no acknowledged record is lost: 37 acknowledged records were lost, all between 34.91 s and 35.00 s.",
      `Produce latency: ${tooSlow}`,
    ],
    expectations: held.verdict.expectations.map((result, index) =>
      index === 0
        ? {
            ...result,
            verdict: "violated",
            summary: "58,928 acknowledged, 58,891 read, 37 lost.",
            figures: { acknowledged: 58_928, read: 58_891, lost: 37, lostSpanMs: 91, anomalies: 37 },
            evidence: Array.from({ length: 8 }, (_, place) => ({
              what: "acknowledged, and absent although reading passed beyond its place",
              atMs: 34_912 + place * 11,
              detail: { value: 14_957 + place * 3, partition: 0, offset: 2_491 + place, client: "producer-2" },
            })),
          }
        : result,
    ),
    slos: held.verdict.slos.map((slo, index) =>
      index === 1
        ? {
            ...slo,
            verdict: "violated",
            target: 0.999,
            budgetLeft: 1 - (1 - share) / 0.001,
            summary: tooSlow,
          }
        : slo,
    ),
  };
  return { ...held, plan: { ...held.plan, mutant }, verdict };
}

/** A run that proves nothing: its fault had no effect, and an SLO had no sample. */
export function unknownRun(operations = 6_000): RunRecord {
  const held = heldRun(operations);
  const journal: Journal = {
    ...held.journal,
    events: held.journal.events
      .filter((event) => !(event.type === "fault-healed" && event.fault === "fault-2"))
      .map((event) =>
        event.type === "fault-effect" && event.fault === "fault-1"
          ? { ...event, receipt: { effective: false, measured: "kafka-1 still answered after 5 s", toEffectMs: 5_000 } }
          : event,
      ),
  };
  const {
    measured: _measured,
    budgetLeft: _budgetLeft,
    ...unmeasured
  } = held.verdict.slos[0] ?? slosOf(journal)[0] ?? raise();
  const verdict: VerdictFile = {
    ...held.verdict,
    verdict: "unknown",
    reasons: ["faults had an effect: kill of leader of events/0 had none: kafka-1 still answered after 5 s."],
    slos: [{ ...unmeasured, verdict: "unknown", summary: "No operation was offered.", good: 0, total: 0, windows: [] }],
    conditions: held.verdict.conditions.map((condition) =>
      condition.name === "faults had an effect"
        ? {
            ...condition,
            verdict: "unknown",
            summary: "kill of leader of events/0 had none: kafka-1 still answered after 5 s",
          }
        : condition,
    ),
    comparisons: [],
  };
  return { ...held, journal, verdict, history: [] };
}

function raise(): never {
  throw new RangeError("the sample has no SLO");
}
