import { describe, expect, test } from "vitest";
import { CHECKS, check } from "../../lab/checks/index.ts";
import type { CheckSpec } from "../../lab/checks/index.ts";
import type { JournalEvent } from "../../lab/journal/types.ts";
import type { HistoryEntry, Plan, VerdictFile } from "../../lab/run-folder/run-folder.ts";
import {
  validateEvent,
  validateHistoryEntry,
  validatePlan,
  validateVerdict,
} from "../../lab/run-folder/run-folder-schema.ts";

const startedAt = "2026-01-02T03:04:05.678Z";

/** One sample of every check, with every field. */
const specs = [...CHECKS.values()].map(({ example }) => example as CheckSpec);
const spec = specs[0] ?? check.delivery("events");
/** The fields of a check that may be left out, where its spec lies at this path. */
const optionalOf = (path: string, kind: string = spec.check): RegExp[] =>
  Object.entries(CHECKS.get(kind)?.fields ?? {}).flatMap(([field, { fallback }]) =>
    fallback === undefined ? [] : [new RegExp(`^${path} > ${field}$`)],
  );

const plan = {
  version: 1,
  run: "r",
  scenario: "kafka/leader-kill",
  title: "t",
  description: "d",
  mutant: { name: "m", change: { "load.events.acks": "leader" }, violates: "e" },
  seed: 7,
  startedAt,
  topology: { kafka: { brokers: 3 } },
  load: { events: { rate: 500 } },
  settings: { verified: true, retries: 2, mode: "m" },
  regions: { east: "a minority" },
  assume: { "parts are merged": spec },
  expect: Object.fromEntries(specs.map((one) => [`expects ${one.check}`, one])),
  slos: { "schemas/slo/a.yaml": "apiVersion: openslo/v1" },
  environment: {
    lab: "0.1.0",
    node: "v24",
    engine: "20.10",
    kernel: "6",
    machine: "m",
    cpus: 2,
    memoryBytes: 1,
    code: { hash: "0123456789abcdef", commit: "0123456789012345678901234567890123456789" },
    images: { kafka: { reference: "r", id: "i", source: "packages" } },
  },
  repeat: "npm start",
} satisfies Plan;

const verdict = {
  version: 1,
  run: "r",
  scenario: "kafka/leader-kill",
  mutant: "m",
  seed: 7,
  startedAt,
  durationMs: 40_000,
  verdict: "violated",
  reasons: ["why"],
  expectations: [
    {
      name: "e",
      spec,
      verdict: "violated",
      summary: "s",
      figures: { lost: 1 },
      evidence: [{ what: "lost", atMs: 1, detail: { value: 7, client: "producer-1" } }, { what: "bare" }],
    },
  ],
  slos: [
    {
      name: "a",
      displayName: "A",
      verdict: "held",
      summary: "s",
      indicator: "i",
      target: 0.9,
      measured: 0.95,
      good: 95,
      total: 100,
      budgetLeft: 0.5,
      windows: [{ fromMs: 0, toMs: 5_000, good: 95, total: 100, burnRate: 0.5 }],
      figures: { p99Ms: 1.5 },
    },
    {
      name: "b",
      displayName: "B",
      verdict: "unknown",
      summary: "s",
      indicator: "",
      target: 0,
      good: 0,
      total: 0,
      windows: [],
      figures: {},
    },
  ],
  conditions: [{ name: "c", verdict: "unknown", summary: "s" }],
  assumptions: [{ name: "a", spec, verdict: "unknown", summary: "s", figures: {}, evidence: [] }],
  comparisons: [{ figure: "slo/a/p99Ms", now: 1, median: 2, spread: 0.5, runs: 3, standing: "too few runs" }],
} satisfies VerdictFile;

const history = {
  run: "r",
  scenario: "s",
  title: "t",
  mutant: "m",
  violates: "e",
  outcome: "killed",
  seed: 1,
  startedAt,
  durationMs: 1,
  verdict: "violated",
  reason: "why",
  violated: ["e"],
  code: "0123456789abcdef",
  commit: "0123456789012345678901234567890123456789",
  plan: "fedcba9876543210",
  images: { kafka: "i" },
  recoveryMs: 1,
  p99Ms: 1,
  budgetLeft: -0.5,
  baseline: { why: "a new disk", acceptedAt: startedAt },
  figures: { "slo/a/p99Ms": 1 },
} satisfies HistoryEntry;

const receipt = { effective: true, measured: "m", toEffectMs: 1, figures: { dropped: 3 } };
const events = [
  { type: "phase", atMs: 0.5, phase: "set-up" },
  { type: "step-started", atMs: 1, step: "s" },
  { type: "step-ended", atMs: 1, step: "s", error: "e" },
  {
    type: "fault-ordered",
    atMs: 1,
    fault: "f",
    kind: "kill",
    target: "a",
    targets: ["kafka-1"],
    spec: { kind: "kill", target: "a" },
  },
  { type: "fault-injected", atMs: 1, fault: "f", kind: "kill", asked: "a", targets: ["kafka-1"] },
  { type: "fault-effect", atMs: 1, fault: "f", receipt },
  { type: "fault-heal-ordered", atMs: 1, fault: "f" },
  { type: "fault-healed", atMs: 1, fault: "f", verified: true, measured: "m" },
  { type: "load-started", atMs: 1, load: "events", ratePerSecond: 500 },
  {
    type: "load-started",
    atMs: 1,
    load: "events",
    ratePerSecond: 500,
    part: { one: "partition", column: "partition" },
  },
  { type: "load-ended", atMs: 1, load: "events", scheduled: 10, offered: 9, maxLatenessMs: 3 },
  { type: "lateness", atMs: 1, of: "schedule", load: "events", client: "reader-1", fromMs: 0, maxMs: 250 },
  { type: "client", atMs: 1, load: "events", client: "reader-1", state: "dropped", why: "w" },
  { type: "drawn", atMs: 1, stream: "faults", what: "a minority", value: ["kafka-1"] },
  { type: "drained", atMs: 1, load: "events", complete: true, measured: "m" },
  { type: "drained", atMs: 1, load: "events", sink: "delta", complete: true, measured: "m" },
  { type: "role", atMs: 1, subject: "kafka leader of events/0", holder: "" },
  { type: "observation", atMs: 1, subject: "s", value: 2 },
  { type: "converged", atMs: 1, cluster: "kafka", equal: true, measured: "m" },
  { type: "node-state", atMs: 1, node: "kafka-1", state: "exited" },
  { type: "note", atMs: 1, level: "warning", text: "t" },
] as const satisfies readonly JournalEvent[];
const everyEventIsSampled: [JournalEvent["type"]] extends [(typeof events)[number]["type"]] ? true : false = true;

/** What may be absent, by its path (places in lists left out): what the types call optional, and keys that are free. */
const OPTIONAL = {
  plan: [
    /^mutant$/,
    /^(assume|settings|regions)$/,
    /^(topology|load|settings|regions|assume|expect|slos|environment > images|mutant > change) > [^>]+$/,
    /^(topology|load) > /,
    /^environment > code( > commit)?$/,
    ...specs.flatMap((one) => optionalOf(`expect > expects ${one.check}`, one.check)),
    ...optionalOf("assume > parts are merged"),
  ],
  verdict: [
    /^mutant$/,
    /^assumptions$/,
    ...optionalOf("assumptions > spec"),
    /^slos > (measured|budgetLeft)$/,
    ...optionalOf("expectations > spec"),
    /^expectations > evidence > (atMs|detail)( > .*)?$/,
    /> figures > /,
    /^comparisons > spread$/,
  ],
  history: [
    /^(title|mutant|violates|outcome|durationMs|reason|violated|code|commit|plan|images|baseline)$/,
    /^(recoveryMs|p99Ms|budgetLeft)$/,
    /^(figures|images) > /,
  ],
  event: [/^error$/, /^receipt > figures( > .*)?$/, /^spec > /, /^(maxLatenessMs|part|sink)$/],
  lateness: [/^(load|client)$/],
} as const;

type Json = Record<string, unknown>;
const isMap = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

/** Every copy of the sample with one field taken away, and that field's path. */
function* withoutEach(
  value: unknown,
  path: readonly string[] = [],
): Generator<{ readonly path: readonly string[]; readonly rest: unknown }> {
  if (Array.isArray(value)) {
    for (const [place, item] of value.entries())
      for (const one of withoutEach(item, [...path, String(place)]))
        yield { path: one.path, rest: value.map((other: unknown, at) => (at === place ? one.rest : other)) };
  } else if (isMap(value)) {
    for (const [field, part] of Object.entries(value)) {
      const { [field]: _gone, ...rest } = value;
      yield { path: [...path, field], rest };
      for (const one of withoutEach(part, [...path, field]))
        yield { path: one.path, rest: { ...value, [field]: one.rest } };
    }
  }
}

describe("the schemas and the types agree", () => {
  test("every kind of event has a sample", () => {
    expect(everyEventIsSampled).toBe(true);
  });

  test("whole samples are valid, and stay what they are", () => {
    expect(validatePlan(plan)).toBe(plan);
    expect(validateVerdict(verdict)).toBe(verdict);
    expect(validateHistoryEntry(history)).toBe(history);
    for (const event of events) expect(validateEvent(event)).toBe(event);
  });

  test.each([
    ["plan", plan, validatePlan, OPTIONAL.plan],
    ["verdict", verdict, validateVerdict, OPTIONAL.verdict],
    ["history entry", history, validateHistoryEntry, OPTIONAL.history],
    ...events.map((event) => {
      const optional = event.type === "lateness" ? OPTIONAL.lateness : OPTIONAL.event;
      return [event.type, event, validateEvent, optional] as const;
    }),
  ] as const)(
    "%s: each required field is missed, and no other",
    (name, sample, validate: (value: unknown) => unknown, optional) => {
      for (const { path, rest } of withoutEach(sample)) {
        const places = path.filter((part) => !/^\d+$/.test(part)).join(" > ");
        const attempt = (): unknown => validate(rest);
        if (optional.some((pattern) => pattern.test(places)))
          expect(attempt, `${name} without ${places}`).not.toThrow();
        else expect(attempt, `${name} without ${places}`).toThrow(`/${path.at(-1) ?? ""} is missing`);
      }
    },
  );
});

describe("what is wrong is told with its path", () => {
  test.each([
    ["another version", { ...verdict, version: 2 }, "verdict.json: /version must be equal to constant"],
    ["no verdict of ours", { ...verdict, verdict: "passed" }, "/verdict must be equal to one of the allowed values"],
    [
      "a figure that JSON could not hold",
      { ...verdict, slos: [{ ...verdict.slos[0], figures: { p99Ms: null } }] },
      "/slos/0/figures/p99Ms must be number",
    ],
    ["a field too many", { ...verdict, colour: "red" }, "/colour is not a known field"],
    ["not an object", [], "the whole must be object"],
  ])("%s", (_what, value, told) => {
    expect(() => validateVerdict(value)).toThrow(told);
    expect(() => validateVerdict(value)).toThrow(expect.objectContaining({ code: "bad-run-folder" }) as Error);
  });

  test("an unknown check, an unknown event", () => {
    const expectations = { e: { check: "luck", of: "events" } };
    expect(() => validatePlan({ ...plan, expect: expectations })).toThrow(
      "plan.json: /expect/e/check must be equal to one of the allowed values",
    );
    expect(() => validateEvent({ type: "rain", atMs: 1 })).toThrow("/type must be equal to one of the allowed values");
  });
});
