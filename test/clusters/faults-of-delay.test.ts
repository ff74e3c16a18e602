import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Node } from "../../lab/engine/index.ts";
import { milliseconds } from "../../lab/time.ts";
import { openFaultLab, type FaultLab } from "./faults-lab.ts";

let lab: FaultLab;
let one: Node;
let two: Node;
let three: Node;

beforeAll(async () => {
  lab = await openFaultLab(["toxiproxy"]);
  [one, two, three] = lab.nodes;
});

afterAll(() => lab[Symbol.asyncDispose]());

afterEach(async () => {
  await lab.injector.healAll();
  expect(await lab.ledger()).toEqual([]);
});

/** Longer than any undelayed answer on a busy machine, and shorter than any delay that is asked for here. */
const PLAIN_MS = 60;

/** Milliseconds until a new connection's question to a node's own server is answered. */
const took = (from: Node, to: Node): Promise<number> => lab.echo.roundTrip(from, to);

describe("a delay", () => {
  test("of a link is measured both ways, leaves others alone, and is healed", async () => {
    expect(await took(one, two)).toBeLessThan(PLAIN_MS);
    const slow = await lab.fault.delay({ between: [one, two], delay: milliseconds(100), jitter: milliseconds(20) });
    const { effective, measured, figures } = await slow.receipt();
    expect(effective, measured).toBe(true);
    expect(measured).toMatch(
      /^a round trip took \d\.\d ms and takes \d{3} ms \(\d{3} ms to \d{3} ms\), from each of 2 ends that open connections; 100 ms ± 20 ms a way were asked, of Toxiproxy$/,
    );
    expect(figures?.["leastMs"]).toBeGreaterThanOrEqual(160);
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const)
      expect(await took(from, to)).toBeGreaterThanOrEqual(160);
    expect(await took(one, three)).toBeLessThan(PLAIN_MS);
    await slow.heal();
    expect(await took(one, two)).toBeLessThan(PLAIN_MS);
    expect(lab.told("fault-healed").at(-1)).toMatchObject({
      verified: true,
      measured: expect.stringMatching(/^a round trip takes \d+(\.\d)? ms \(.*\) again$/) as unknown,
    });
  });

  test("one way is half of it, whoever opens the connection; callers keep their addresses", async () => {
    await using slow = await lab.fault.delay({ from: one, to: two, delay: milliseconds(150) });
    expect((await slow.receipt()).effective).toBe(true);
    for (const [from, to] of [
      [one, two],
      [two, one],
    ] as const) {
      const way = await took(from, to);
      expect(way).toBeGreaterThanOrEqual(150);
      expect(way).toBeLessThan(300);
    }
    // The packet filter sees the proxies' connections as the nodes' own.
    await using cut = await lab.fault.partition({ between: [one, two] });
    expect(await lab.echo.ask(one, two)).not.toBe("answered");
    expect((await cut.receipt()).effective).toBe(true);
  });

  test("adds up with another, and each is healed for itself", async () => {
    const first = await lab.fault.delay({ between: [one, two], delay: milliseconds(100) });
    const second = await lab.fault.delay({ between: [one, "echo-2, echo-3"], delay: milliseconds(50) });
    expect((await second.receipt()).effective).toBe(true);
    expect(await took(one, two)).toBeGreaterThanOrEqual(300);
    expect(await took(one, three)).toBeGreaterThanOrEqual(100);
    await first.heal();
    const left = await took(one, two);
    expect(left).toBeGreaterThanOrEqual(100);
    expect(left).toBeLessThan(200);
    await second.heal();
    expect(await took(one, three)).toBeLessThan(PLAIN_MS);
  });

  test("of clients on the host", async () => {
    await using slow = await lab.fault.delay({ between: ["clients", one], delay: milliseconds(100) });
    const receipt = await slow.receipt();
    expect(receipt.effective, receipt.measured).toBe(true);
    expect(await took(two, one)).toBeLessThan(PLAIN_MS);
    expect(await lab.echo.askFromHost(one)).toBe("answered");
  });

  test("ends with the node's network, and the heal says so", async () => {
    const slow = await lab.fault.delay({ between: [one, two], delay: milliseconds(100) });
    expect((await slow.receipt()).effective).toBe(true);
    const death = await lab.fault.kill(two);
    await death.heal();
    await slow.heal();
    expect(lab.told("fault-healed").at(-1)).toMatchObject({
      measured: expect.stringContaining("echo-2 is running, and not as it was when it was delayed") as unknown,
    });
    expect(await took(one, two)).toBeLessThan(PLAIN_MS);
  });
});
