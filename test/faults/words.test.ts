import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LabError } from "../../lab/errors.ts";
import type { FaultData } from "../../lab/faults/define.ts";
import type { Field } from "../../lab/faults/fields.ts";
import { faultFront } from "../../lab/faults/front.ts";
import type { LinkSelector } from "../../lab/faults/links.ts";
import { FAULT_KINDS, type FaultSpec } from "../../lab/faults/registry.ts";
import { faultSchema } from "../../lab/faults/schema.ts";
import type { Fault } from "../../lab/faults/types.ts";
import { targetOf } from "../../lab/faults/who.ts";
import { checkFault, describeFault, parseFault, problemOf, usagesOf } from "../../lab/faults/words.ts";
import { milliseconds } from "../../lab/time.ts";

const targets = fc.constantFrom(
  "kafka-1",
  "leader of events/0",
  "a follower of events/0",
  "followers of events/0",
  "active controller",
  "kafka: a minority",
  "kafka-1, kafka-2",
  "region a",
  "all",
  "clients",
);
const networks = fc.constantFrom("run", "wan");
const links = fc.array(
  fc.oneof(
    fc.record(
      { from: targets, to: fc.oneof(targets, fc.constant("others")), over: networks },
      { requiredKeys: ["from", "to"] },
    ),
    fc.record(
      { from: targets, to: targets, bothWays: fc.constant(false), over: networks },
      { requiredKeys: ["from", "to", "bothWays"] },
    ),
  ) satisfies fc.Arbitrary<LinkSelector>,
  { minLength: 1, maxLength: 3 },
);

/** Values of a field, by what its schema says: a new kind of fault is tried as soon as it is in the list. */
function valuesOf(field: Field<unknown>): fc.Arbitrary<unknown> {
  const { type, enum: words, const: only, minimum, maximum, pattern } = field.schema;
  if (only !== undefined) return fc.constant(only);
  if (Array.isArray(words)) return fc.constantFrom(...(words as readonly unknown[]));
  if (type === "array") return links;
  if (type === "integer") return fc.integer({ min: Number(minimum), max: Math.min(Number(maximum), 2 ** 31 - 1) });
  if (type === "number") {
    const said = fc.integer({ min: 1, max: 1_000_000 }).map((hundredths) => field.read(String(hundredths / 100)));
    return said.filter((value) => field.problem(value) === undefined);
  }
  if (pattern === undefined) return targets;
  return field.usages[0] === "DISK"
    ? fc.constantFrom("/data/1", "/var/lib/kafka/data")
    : fc.constantFrom("**/*.log", "*", "by", "part.1", "store/*/checksums.txt");
}

const specs: fc.Arbitrary<FaultSpec> = fc
  .oneof(
    ...FAULT_KINDS.flatMap(({ kind, variants }) =>
      variants.map(({ fields }) => {
        const names = Object.keys(fields);
        const values = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, valuesOf(field)]));
        const requiredKeys = names.filter((name) => fields[name]?.optional === false);
        return fc.record(values, { requiredKeys }).map((data): FaultData => ({ kind, ...data }));
      }),
    ),
  )
  .filter((data) => problemOf(data) === undefined)
  .map(checkFault);

function complaintAbout(words: string): string {
  try {
    parseFault(words.split(" "));
  } catch (error) {
    if (error instanceof LabError) return `${error.code}: ${error.message}\n${error.hint ?? ""}`;
  }
  return "no complaint";
}

describe("faults in words", () => {
  test("what is written is read back as the same fault", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect(parseFault(describeFault(spec).split(" "))).toEqual(spec);
        expect(parseFault([describeFault(spec)])).toEqual(spec);
      }),
    );
  });

  test.each([
    ["kill kafka-1 for good", { kind: "kill", target: "kafka-1", permanent: true }],
    [
      "delay 100ms jitter 20ms between region a and region b over wan",
      {
        kind: "delay",
        links: [{ from: "region a", to: "region b", over: "wan" }],
        delayMs: 100,
        jitterMs: 20,
      },
    ],
    ["corrupt 1 bit in 1 time *.log of a", { kind: "corrupt", bits: 1, count: 1, files: "*.log", target: "a" }],
    ["kill leader of events/0", { kind: "kill", target: "leader of events/0" }],
    ["partition between a minority and others", { kind: "partition", links: [{ from: "a minority", to: "others" }] }],
    [
      "partition from kafka-1 to kafka-2",
      { kind: "partition", links: [{ from: "kafka-1", to: "kafka-2", bothWays: false }] },
    ],
    ["partition isolate kafka-1 also from clients", { kind: "partition", isolate: "kafka-1", clients: true }],
    ["partition ring of kafka", { kind: "partition", shape: "ring", cluster: "kafka" }],
    [
      "loss 0.5 % between kafka-1 and others",
      { kind: "loss", links: [{ from: "kafka-1", to: "others" }], percent: 0.5 },
    ],
    ["reset between clients and kafka-1", { kind: "reset", links: [{ from: "clients", to: "kafka-1" }] }],
  ])("%s", (words, spec) => {
    expect(parseFault(words.split(" "))).toEqual(spec);
  });

  test("a mistake is answered with the corrected call", () => {
    expect(complaintAbout("kil kafka-1")).toMatchInlineSnapshot(`
      "bad-usage: there is no fault "kil"
      one of:
        lab fault kill leader of events/0
        lab fault pause active controller
        lab fault restart a follower of events/0
        lab fault terminate kafka-1
        lab fault bandwidth 50000 bytes/s between kafka-1 and others
        lab fault delay 100 ms jitter 20 ms between kafka-1 and others
        lab fault loss 30% between kafka-1 and others
        lab fault partition between a minority and others
        lab fault reset between clients and kafka-1
        lab fault corrupt 8 bits in 2 times **/*.log of kafka-1
        lab fault fill /data/1 of minio-1 leaving 100000 bytes
        lab fault slow-disk kafka-1 to 1000000 bytes/s
        lab fault wipe a follower of events/0
        lab fault throttle kafka-1 to 5% of a core"
    `);
    expect(complaintAbout("partition kafka-1 kafka-2")).toMatchInlineSnapshot(`
      "bad-usage: "partition kafka-1 kafka-2" does not say what to break
      say it as
        lab fault partition between TARGET and TARGET
        lab fault partition from TARGET to TARGET
        lab fault partition isolate TARGET [also from clients]
        lab fault partition halves|bridge|ring of CLUSTER
      for example
        lab fault partition between a minority and others"
    `);
    expect(complaintAbout("loss between a and b")).toContain("lab fault loss PERCENT% between TARGET and TARGET");
    expect(complaintAbout("loss 120% between a and b")).toMatchInlineSnapshot(`
      "bad-usage: loss: the percent of packets that are lost cannot be 120
      from 0.01% to 100%, in hundredths"
    `);
    expect(complaintAbout("corrupt by removing 3 bits in *.log of kafka-1")).toMatchInlineSnapshot(`
      "bad-usage: no bits are flipped by removing
      leave out the bits, or what else is done"
    `);
    expect(complaintAbout("kill")).toContain("lab fault kill TARGET");
    expect(complaintAbout("")).toContain("no fault was named");
  });
});

describe("faults as data", () => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(faultSchema());

  test("fit the schema that is made of their kinds", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        expect(validate(JSON.parse(JSON.stringify(spec)))).toBe(true);
      }),
    );
  });

  const broken: readonly (readonly [string, FaultData])[] = [
    ["an unknown kind", { kind: "explode" }],
    ["a missing field", { kind: "kill" }],
    ["an empty target", { kind: "kill", target: "" } as FaultData],
    ["a field that is not there", { kind: "kill", target: "a", disk: "/data" } as FaultData],
    ["the fields of two variants", { kind: "partition", isolate: "a", shape: "ring", cluster: "k" } as FaultData],
    ["no links", { kind: "reset", links: [] } as FaultData],
    ["half a link", { kind: "reset", links: [{ from: "a" }] } as FaultData],
    ["the old name of links", { kind: "reset", cuts: [{ from: "a", to: "b" }] } as FaultData],
    ["a link with something else", { kind: "reset", links: [{ from: "a", to: "b", both: true }] } as FaultData],
    ["less than the least", { kind: "bandwidth", links: [{ from: "a", to: "b" }], bytesPerSecond: 999 } as FaultData],
    ["half a byte", { kind: "fill", target: "a", leaveBytes: 0.5 } as FaultData],
    ["no number", { kind: "throttle", target: "a", cpu: Number.NaN } as FaultData],
    ["a number as text", { kind: "throttle", target: "a", cpu: "1" } as FaultData],
    ["another word", { kind: "corrupt", target: "a", files: "*", by: "burning" } as FaultData],
    ["a flag that is false", { kind: "kill", target: "a", permanent: false } as unknown as FaultData],
  ];
  test.each(broken)("%s is refused, by the check and by the schema", (_, data) => {
    expect(() => checkFault(data)).toThrow(expect.objectContaining({ code: "bad-usage" }) as Error);
    expect(validate(data)).toBe(false);
  });

  test("what is wrong is told by its field, with what may be there", () => {
    const told = broken
      .map(([, data]) => problemOf(data))
      .map((problem) => `${problem?.message}; ${problem?.hint.split("\n")[0]}`);
    expect(told).toMatchInlineSnapshot(`
      [
        "there is no fault "explode"; one of:",
        "a kill needs target: whom it means, as a phrase; a phrase, such as "leader of events/0"",
        "kill: whom it means cannot be ""; a phrase, such as "leader of events/0"",
        "a kill has no disk; it has: target, permanent",
        "a partition has no shape; it has: isolate, clients, permanent",
        "reset: it means no links; selectors such as { from: "a minority", to: "others" }",
        "reset: a link selector's to cannot be undefined; selectors such as { from: "a minority", to: "others" }",
        "a reset needs links: the directed links, between phrases; several are joined by +, and over NETWORK limits one to a network; selectors such as { from: "a minority", to: "others" }",
        "reset: a link selector has no both; it has from, to, bothWays, over",
        "bandwidth: the bytes per second cannot be 999; a whole number from 1,000 to 1,000,000,000",
        "fill: the bytes to be left cannot be 0.5; a whole number from 0 on",
        "throttle: the share of one core (0.05 is 5%, 2 is two cores) cannot be NaN; from 1% of a core on",
        "throttle: the share of one core (0.05 is 5%, 2 is two cores) cannot be "1"; from 1% of a core on",
        "corrupt: what is done to them, if no bits are flipped cannot be "burning"; one of truncating, removing",
        "kill: for good cannot be false; true, or left out",
      ]
    `);
  });

  test("a jitter above the delay is refused, at it is not", () => {
    const delay = { kind: "delay", links: [{ from: "a", to: "b" }], delayMs: 20 } as const;
    expect(problemOf({ ...delay, jitterMs: 20 } as FaultData)).toBeUndefined();
    expect(problemOf({ ...delay, jitterMs: 21 } as FaultData)?.message).toBe(
      "a jitter of 21 ms is more than the delay of 20 ms",
    );
  });
});

/** What stands for a field in a usage line, and something that may be there. */
function sampleOf(field: Field<unknown>): readonly [string, string] {
  const { enum: words, minimum } = field.schema;
  const [placeholder = ""] = field.usages;
  if (Array.isArray(words)) return [placeholder, String(words[0])];
  // One placeholder may stand for several fields: ten is enough for each that may be less.
  if (minimum !== undefined)
    return [placeholder, field.say(Math.max(Number(minimum), field.schema["type"] === "integer" ? 10 : 0))];
  return [placeholder, placeholder === "DISK" ? "/data" : placeholder];
}

describe("each kind", () => {
  test.each(FAULT_KINDS)("$kind: its example and its usages can be read", (kind) => {
    expect(describeFault(parseFault([kind.example]))).toBe(kind.example);
    const said = new Map(kind.variants.flatMap(({ fields }) => Object.values(fields).map(sampleOf)));
    for (const usage of usagesOf(kind)) {
      const whole = usage.replaceAll(/\[([^\]]*)\]/g, "$1");
      // Without its optional parts a usage can be read as well; with all of them it may say too much at once.
      for (const words of [usage.replaceAll(/ ?\[[^\]]*\] ?/g, " "), ...(kind.kind === "corrupt" ? [] : [whole])]) {
        const filled = [...said].reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), words);
        expect(parseFault([filled]).kind).toBe(kind.kind);
      }
    }
  });
});

describe("faults from a script", () => {
  const said: FaultSpec[] = [];
  const nowhere: Fault = {
    id: "fault-1",
    spec: { kind: "kill", target: "nobody" },
    targets: [],
    receipt: () => Promise.reject(new Error("nothing was broken")),
    heal: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const fault = faultFront({
    inject(spec) {
      said.push(spec);
      return Promise.resolve(nowhere);
    },
  });

  test("are the same data", async () => {
    await fault.kill({ name: "kafka-1" });
    await fault.pause([{ name: "kafka-1" }, { name: "kafka-2" }]);
    await fault.partition({ between: ["leader of events/0", "others"] });
    await fault.partition({ from: "kafka-1", to: "kafka-2" });
    await fault.partition({ isolate: "kafka-1", clients: true });
    await fault.partition({ shape: "ring", cluster: { name: "kafka" } });
    await fault.loss({ between: ["kafka-1", "others"], percent: 30 });
    await fault.reset({ from: "clients", to: "kafka-1" });
    await fault.fill("minio-1", { disk: "/data/1", leaveBytes: 4_096 });
    await fault.throttle("kafka-1", { cpu: 0.05 });
    await fault.bandwidth({ between: ["kafka-1", "others"], bytesPerSecond: 50_000 });
    await fault.wipe("a follower of events/0");
    await fault.wipe({ name: "minio-1" }, { disk: "/data/1" });
    await fault.slowDisk("kafka-1", { bytesPerSecond: 100_000 });
    await fault.delay({ between: ["region a", "region b"], over: "wan", delay: milliseconds(100) });
    await fault.kill("region a", { permanent: true });
    await fault.corrupt("kafka-1", { files: "**/*.log", bits: 8 });
    await fault.corrupt("minio-1", { files: "rehearsal/**", by: "truncating", count: 2 });
    expect(said.map(describeFault)).toMatchInlineSnapshot(`
      [
        "kill kafka-1",
        "pause kafka-1, kafka-2",
        "partition between leader of events/0 and others",
        "partition from kafka-1 to kafka-2",
        "partition isolate kafka-1 also from clients",
        "partition ring of kafka",
        "loss 30% between kafka-1 and others",
        "reset from clients to kafka-1",
        "fill /data/1 of minio-1 leaving 4096 bytes",
        "throttle kafka-1 to 5% of a core",
        "bandwidth 50000 bytes/s between kafka-1 and others",
        "wipe a follower of events/0",
        "wipe /data/1 of minio-1",
        "slow-disk kafka-1 to 100000 bytes/s",
        "delay 100 ms between region a and region b over wan",
        "kill region a for good",
        "corrupt 8 bits in **/*.log of kafka-1",
        "corrupt by truncating 2 times rehearsal/** of minio-1",
      ]
    `);
  });

  test("whoever has a name can be meant", () => {
    expect(targetOf({ name: "kafka-3" })).toBe("kafka-3");
  });
});
