import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LabError } from "../../lab/errors.ts";
import { describeFault, parseFault, targetOf } from "../../lab/faults/words.ts";
import { faultFront } from "../../lab/faults/front.ts";
import type { Cut, Fault, FaultSpec } from "../../lab/faults/types.ts";

const targets = fc.constantFrom(
  "kafka-1",
  "leader of events/0",
  "a follower of events/0",
  "followers of events/0",
  "active controller",
  "kafka: a minority",
  "kafka-1, kafka-2",
  "all",
  "clients",
);
const cuts = fc.array(
  fc.oneof(
    fc.record({ from: targets, to: fc.oneof(targets, fc.constant("others")) }),
    fc.record({ from: targets, to: targets, bothWays: fc.constant(false) }),
  ) satisfies fc.Arbitrary<Cut>,
  { minLength: 1, maxLength: 3 },
);
const disks = fc.constantFrom("/data/1", "/var/lib/kafka/data");
const specs: fc.Arbitrary<FaultSpec> = fc.oneof(
  fc.record({ kind: fc.constantFrom("kill", "terminate", "pause", "restart"), target: targets }),
  fc.record({ kind: fc.constant("partition"), cuts }),
  fc.record({ kind: fc.constant("partition"), isolate: targets }),
  fc.record({ kind: fc.constant("partition"), isolate: targets, clients: fc.constant(true) }),
  fc.record({
    kind: fc.constant("partition"),
    shape: fc.constantFrom("halves", "bridge", "ring"),
    cluster: fc.constant("kafka"),
  }),
  fc.record({
    kind: fc.constant("loss"),
    cuts,
    percent: fc.integer({ min: 1, max: 10_000 }).map((share) => share / 100),
  }),
  fc.record({ kind: fc.constant("reset"), cuts }),
  fc.record(
    { kind: fc.constant("fill"), target: targets, disk: disks, leaveBytes: fc.nat() },
    { requiredKeys: ["kind", "target", "leaveBytes"] },
  ),
  fc.record(
    {
      kind: fc.constant("slow-disk"),
      target: targets,
      disk: disks,
      bytesPerSecond: fc.integer({ min: 50_000, max: 1e8 }),
    },
    { requiredKeys: ["kind", "target", "bytesPerSecond"] },
  ),
  fc.record({
    kind: fc.constant("throttle"),
    target: targets,
    cpu: fc.integer({ min: 100, max: 40_000 }).map((share) => share / 10_000),
  }),
  fc.record({
    kind: fc.constant("bandwidth"),
    cuts,
    bytesPerSecond: fc.integer({ min: 1_000, max: 1_000_000_000 }),
  }),
  fc.record(
    { kind: fc.constant("delay"), cuts, delayMs: fc.integer({ min: 10, max: 1_500 }), jitterMs: fc.nat(10) },
    { requiredKeys: ["kind", "cuts", "delayMs"] },
  ),
  fc.record({ kind: fc.constant("wipe"), target: targets, disk: disks }, { requiredKeys: ["kind", "target"] }),
  fc.record(
    {
      kind: fc.constant("corrupt"),
      target: targets,
      files: fc.constantFrom("**/*.log", "*", "part.1", "store/*/checksums.txt"),
      disk: disks,
      bits: fc.integer({ min: 1, max: 10_000 }),
      count: fc.integer({ min: 1, max: 1_000 }),
    },
    { requiredKeys: ["kind", "target", "files"] },
  ),
  fc.record(
    {
      kind: fc.constant("corrupt"),
      target: targets,
      files: fc.constantFrom("**/*.log", "by", "part.1"),
      by: fc.constantFrom("truncating", "removing"),
      disk: disks,
      count: fc.integer({ min: 1, max: 1_000 }),
    },
    { requiredKeys: ["kind", "target", "files", "by"] },
  ),
);

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
    ["kill leader of events/0", { kind: "kill", target: "leader of events/0" }],
    ["partition between a minority and others", { kind: "partition", cuts: [{ from: "a minority", to: "others" }] }],
    [
      "partition from kafka-1 to kafka-2",
      { kind: "partition", cuts: [{ from: "kafka-1", to: "kafka-2", bothWays: false }] },
    ],
    ["partition isolate kafka-1 also from clients", { kind: "partition", isolate: "kafka-1", clients: true }],
    ["partition ring of kafka", { kind: "partition", shape: "ring", cluster: "kafka" }],
    [
      "loss 0.5 % between kafka-1 and others",
      { kind: "loss", cuts: [{ from: "kafka-1", to: "others" }], percent: 0.5 },
    ],
    ["reset between clients and kafka-1", { kind: "reset", cuts: [{ from: "clients", to: "kafka-1" }] }],
  ])("%s", (words, spec) => {
    expect(parseFault(words.split(" "))).toEqual(spec);
  });

  test("a mistake is answered with the corrected call", () => {
    expect(complaintAbout("kil kafka-1")).toMatchInlineSnapshot(`
      "bad-usage: there is no fault "kil"
      one of:
        lab fault kill leader of events/0
        lab fault terminate kafka-1
        lab fault pause active controller
        lab fault restart a follower of events/0
        lab fault partition between a minority and others
        lab fault loss 30% between kafka-1 and others
        lab fault reset between clients and kafka-1
        lab fault wipe a follower of events/0
        lab fault fill /data/1 of minio-1 leaving 100000 bytes
        lab fault throttle kafka-1 to 5% of a core
        lab fault slow-disk kafka-1 to 1000000 bytes/s
        lab fault bandwidth 50000 bytes/s between kafka-1 and others
        lab fault delay 100 ms jitter 20 ms between kafka-1 and others
        lab fault corrupt 8 bits in 2 times **/*.log of kafka-1"
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
      "bad-usage: a loss of 120% can not be made
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
        "corrupt 8 bits in **/*.log of kafka-1",
        "corrupt by truncating 2 times rehearsal/** of minio-1",
      ]
    `);
  });

  test("whoever has a name can be meant", () => {
    expect(targetOf({ name: "kafka-3" })).toBe("kafka-3");
  });
});
