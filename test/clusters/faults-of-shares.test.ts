import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Node } from "../../lab/engine/index.ts";
import { monotonicMs } from "../../lab/time.ts";
import { openFaultLab, type FaultLab } from "./faults-lab.ts";

let lab: FaultLab;
let one: Node;
let two: Node;

beforeAll(async () => {
  lab = await openFaultLab();
  [one, two] = lab.nodes;
});

afterAll(() => lab[Symbol.asyncDispose]());

afterEach(async () => {
  await lab.injector.healAll();
  expect(await lab.ledger()).toEqual([]);
});

describe("a throttle", () => {
  /** Processor seconds that a node gets within a second when it takes all it can. */
  const work = async (node: Node): Promise<number> => {
    const program = `local $SIG{ALRM} = sub { my ($user, $system) = times; print $user + $system; exit }; alarm 1; 1 while 1`;
    return Number((await node.exec(["perl", "-e", program])).stdout);
  };

  test("gives a node no more than its share, and takes effect when it wants more", async () => {
    const slow = await lab.fault.throttle(one, { cpu: 0.1 });
    // Periods of the start and the end may be counted whole: a tenth, and a little.
    expect(await work(one)).toBeLessThan(0.25);
    const receipt = await slow.receipt();
    expect(receipt.effective).toBe(true);
    expect(receipt.measured).toMatch(
      /^echo-1 has 10% of a core, and had to wait in \d+ periods of 100 ms, for \d+ ms over all its threads$/,
    );
    expect((await two.cpu()).limit).toBeUndefined();
    await slow.heal();
    expect((await one.cpu()).limit).toBeUndefined();
    const { throttledPeriods } = await one.cpu();
    await work(one);
    expect((await one.cpu()).throttledPeriods).toBe(throttledPeriods);
    expect(lab.told("fault-healed").at(-1)).toMatchObject({
      measured: expect.stringMatching(/^echo-1 has no limit of its processors; echo-1 runs and answers/) as unknown,
    });
  });

  test("of two, the smaller share counts, whichever is healed first; it survives a restart", async () => {
    const [half, tenth] = [await lab.fault.throttle(one, { cpu: 0.5 }), await lab.fault.throttle(one, { cpu: 0.1 })];
    expect((await one.cpu()).limit).toBe(0.1);
    await using again = await lab.fault.restart(one);
    await again.heal();
    expect((await one.cpu()).limit).toBe(0.1);
    expect(await work(one)).toBeLessThan(0.25);
    await tenth.heal();
    expect((await one.cpu()).limit).toBe(0.5);
    await half.heal();
    expect((await one.cpu()).limit).toBeUndefined();
  });
});

describe("a slow disk", () => {
  test("takes no more than its rate of direct writes, and is fast again; others are not touched", async () => {
    const slow = await lab.fault.slowDisk(one, { disk: "/data/1", bytesPerSecond: 500_000 });
    const { effective, measured, figures } = await slow.receipt();
    expect(effective, measured).toBe(true);
    expect(measured).toMatch(/^\/data\/1 of echo-1 took [\d,]+ bytes\/s of direct writes and takes [\d,]+ bytes\/s$/);
    expect(figures?.["bytesPerSecond"]).toBeLessThanOrEqual(625_000);
    await using other = await lab.fault.slowDisk(two, { disk: "/data/1", bytesPerSecond: 500_000 });
    await slow.heal();
    expect(lab.told("fault-healed").at(-1)).toMatchObject({
      verified: true,
      measured: expect.stringMatching(
        /^\/data\/1 of echo-1 takes [\d,]+ bytes\/s of direct writes; echo-1 runs/,
      ) as unknown,
    });
    expect((await other.receipt()).effective).toBe(true);
  });

  test("is refused for a volume in memory", async () => {
    await expect(lab.fault.slowDisk(one, { disk: "/data/2", bytesPerSecond: 500_000 })).rejects.toThrow(
      /can ?not be limited|could not write/,
    );
  });
});

describe("a bandwidth", () => {
  /** Of a datagram of one byte, with its IP and UDP headers. */
  const DATAGRAM_BYTES = 29;

  test("lets through what comes slowly, drops what comes faster, one way", async () => {
    const narrow = await lab.fault.bandwidth({ from: one, to: two, bytesPerSecond: 1_000 });
    const startedMs = monotonicMs();
    const arrived = await lab.echo.send(one, two, 2_000);
    const seconds = (monotonicMs() - startedMs) / 1_000;
    // The bucket holds a second's bytes and the burst of 10,000.
    expect(arrived * DATAGRAM_BYTES).toBeLessThanOrEqual(11_000 + 1_000 * seconds);
    expect(arrived * DATAGRAM_BYTES).toBeGreaterThan(9_000);
    const receipt = await narrow.receipt();
    expect(receipt.effective).toBe(true);
    expect(receipt.measured).toMatch(/^[\d,]+ of [\d,]+ packets dropped on 1 directed link$/);
    expect(await lab.echo.send(two, one, 1_000)).toBe(1_000);
    await narrow.heal();
    expect(await lab.echo.send(one, two, 1_000)).toBe(1_000);
  });
});
