/** Two regions of two nodes each, joined by a wide-area network on which only their gateways sit. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { END_QUEUES } from "../../lab/engine/undo-actions.ts";
import type { Node } from "../../lab/engine/index.ts";
import { routesProgram } from "../../lab/faults/drivers/delay-programs.ts";
import { devicesOf } from "../../lab/faults/drivers/delay-rules.ts";
import { milliseconds, seconds } from "../../lab/time.ts";
import { openFaultLab, type FaultLab } from "./faults-lab.ts";

let lab: FaultLab;
let eastern: Node;
let eastGateway: Node;
let westGateway: Node;
let western: Node;

beforeAll(async () => {
  lab = await openFaultLab(["toxiproxy"], {
    seats: [["east"], ["east", "wide"], ["west", "wide"], ["west"]],
    regions: { east: "echo-1, echo-2", west: "echo-3, echo-4" },
  });
  const [, , , fourth] = lab.echo.nodes;
  if (fourth === undefined) throw new Error("four nodes were to start");
  [eastern, eastGateway, westGateway, western] = [...lab.nodes, fourth];
});

afterAll(() => lab[Symbol.asyncDispose]());

afterEach(() => lab.injector.healAll());

/** Longer than any undelayed answer on a busy machine, and shorter than the delay that is asked for here. */
const PLAIN_MS = 60;

const between = ["region east", "region west"] as const;

/** What a question gets within the east, across, and within the west. */
const answers = (): Promise<readonly string[]> =>
  Promise.all([
    lab.echo.ask(eastern, eastGateway),
    lab.echo.ask(eastGateway, westGateway, "wide"),
    lab.echo.ask(westGateway, eastGateway, "wide"),
    lab.echo.ask(western, westGateway),
  ]);

test("a partition between two regions cuts their gateways apart, is measured, and is healed", async () => {
  expect(await answers()).toEqual(["answered", "answered", "answered", "answered"]);
  const cut = await lab.fault.partition({ between });
  expect(lab.told("fault-injected").at(-1)).toMatchObject({ targets: ["echo-2 ⇄ echo-3"] });
  expect(await answers()).toEqual(["answered", "silent", "silent", "answered"]);
  const { effective, measured } = await cut.receipt();
  expect(effective, measured).toBe(true);
  expect(measured).toMatch(/^\d+ packets? dropped on 2 directed links$/);
  await cut.heal();
  expect(await answers()).toEqual(["answered", "answered", "answered", "answered"]);
  expect(await lab.ledger()).toEqual([]);
});

test("a delay between two regions is the gateways' on the wide-area network alone", async () => {
  const across = (): Promise<number> => lab.echo.roundTrip(eastGateway, westGateway, "wide");
  expect(await across()).toBeLessThan(PLAIN_MS);
  const slow = await lab.fault.delay({ between, delay: milliseconds(100) });
  const { effective, measured } = await slow.receipt();
  expect(effective, measured).toBe(true);
  expect(await across()).toBeGreaterThanOrEqual(180);
  expect(await lab.echo.roundTrip(westGateway, eastGateway, "wide")).toBeGreaterThanOrEqual(180);
  expect(await lab.echo.roundTrip(eastern, eastGateway)).toBeLessThan(PLAIN_MS);
  expect(await lab.echo.roundTrip(westGateway, western)).toBeLessThan(PLAIN_MS);
  await slow.heal();
  expect(await across()).toBeLessThan(PLAIN_MS);
  expect(lab.told("fault-healed").at(-1)).toMatchObject({ verified: true });
});

test("a node's device is looked up by whom it leads to, and the undo of a delay takes the queues of all devices away", async () => {
  await using helper = await lab.space.startLinkHelper(["cat"], eastGateway);
  const inside = async (command: readonly string[]): Promise<string> => {
    const { stdout, stderr, exitCode } = await helper.exec(command);
    if (exitCode !== 0) throw new Error(stderr);
    return stdout;
  };
  const peers = [eastern.address, westGateway.addresses.get("wide") ?? ""];
  const devices = devicesOf(await inside(routesProgram(peers)));
  const [near = "", far = ""] = peers.map((peer) => devices.get(peer));
  for (const [device, network] of [
    [near, "east"],
    [far, "wide"],
  ] as const) {
    expect(await inside(["ip", "-o", "address", "show", "dev", device])).toContain(
      ` ${eastGateway.addresses.get(network)}/`,
    );
    await inside(["tc", "qdisc", "add", "dev", device, "root", "pfifo"]);
  }
  expect((await inside(["tc", "qdisc", "show"])).match(/pfifo/g)).toHaveLength(2);
  await inside(["sh", "-c", END_QUEUES]);
  expect(await inside(["tc", "qdisc", "show"])).not.toContain("pfifo");
});

test("a region that is lost for good is neither healed nor waited for", async () => {
  await lab.fault.partition({ between, permanent: true });
  await lab.fault.kill("region west", { permanent: true });
  await lab.injector.healAll();
  expect(await Promise.all([westGateway, western].map(async (node) => (await node.state()).status))).toEqual([
    "exited",
    "exited",
  ]);
  expect(await lab.echo.ask(eastern, eastGateway)).toBe("answered");
  expect(await lab.echo.ask(eastGateway, westGateway, "wide")).toBe("silent");
  const { whole, measured } = await lab.injector.verifyWhole({ within: seconds(10) });
  expect(whole, measured).toBe(true);
  expect(measured).toContain("nothing of a fault is left but 2 for good");
});
