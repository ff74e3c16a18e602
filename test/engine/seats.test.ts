import { describe, expect, test } from "vitest";
import { seating } from "../../lab/engine/docker/seats.ts";
import { bridgeName, checkNetworkName, networkName } from "../../lab/engine/labels.ts";
import type { RunNetwork } from "../../lab/engine/types.ts";
import { refusal } from "../refusal.ts";

const network = (name: string, third: number): RunNetwork => ({
  name: networkName("r", name),
  bridge: bridgeName("r", name),
  subnet: `10.201.${third}.0/24`,
  gateway: `10.201.${third}.1`,
});
const networks = new Map([
  ["run", network("run", 1)],
  ["vault", network("vault", 2)],
]);

describe("the seats of a run's nodes", () => {
  test("are counted up, the same place on each network of a node", () => {
    const seats = seating("r", networks, []);
    expect(seats.take({ name: "a" })).toEqual([{ label: "run", network: "lab-r", address: "10.201.1.11" }]);
    expect(seats.take({ name: "b", networks: ["vault", "run", "vault"] })).toEqual([
      { label: "vault", network: "lab-r_vault", address: "10.201.2.12" },
      { label: "run", network: "lab-r", address: "10.201.1.12" },
    ]);
  });

  test("of nodes found again are not given twice", () => {
    const seated = [{ name: "a", addresses: new Map([["run", "10.201.1.11"]]) }];
    expect(seating("r", networks, seated).take({ name: "b" })[0]?.address).toBe("10.201.1.12");
  });

  test("say which names a node can reach, and by which address", () => {
    const seats = seating("r", networks, []);
    const inside = seats.take({ name: "inside" });
    const gateway = seats.take({ name: "gateway", networks: ["run", "vault"] });
    const vault = seats.take({ name: "vault-1", networks: ["vault"] });
    expect([...seats.hostsFor(vault)]).toEqual([
      ["gateway", "10.201.2.12"],
      ["vault-1", "10.201.2.13"],
    ]);
    expect([...seats.hostsFor(inside).keys()]).toEqual(["inside", "gateway"]);
    expect([...seats.hostsFor(gateway).keys()]).toEqual(["inside", "gateway", "vault-1"]);
  });

  test("are refused on networks that are not there, and on none", () => {
    const seats = seating("r", networks, []);
    expect(refusal(() => seats.take({ name: "a", networks: ["wan"] }))).toBe(
      'bad-scenario: a is to sit on the network "wan", which run r does not have; It has run, vault.',
    );
    expect(refusal(() => seats.take({ name: "a", networks: [] }))).toMatch(/^bad-scenario: a names an empty list/);
  });

  test("run out at .254", () => {
    const seats = seating("r", networks, []);
    for (let count = 11; count <= 254; count += 1) seats.take({ name: `n${count}` });
    expect(refusal(() => seats.take({ name: "one more" }))).toMatch(/^bad-scenario: run r has more nodes than/);
  });
});

describe("the names of networks", () => {
  test("are the run's own for its first, and never another run's", () => {
    expect(networkName("r")).toBe("lab-r");
    expect(networkName("r", "vault")).not.toBe(networkName("r-vault"));
    expect(bridgeName("r", "vault")).not.toBe(bridgeName("r"));
    expect(bridgeName("a-long-name-of-a-run", "wan").length).toBeLessThanOrEqual(15);
  });

  test.each(["run", "vault", "region-2"])("%s is one", (name) => expect(() => checkNetworkName(name)).not.toThrow());
  test.each(["", "Vault", "a b", "2nd", "x".repeat(32)])("%j is none", (name) =>
    expect(() => checkNetworkName(name)).toThrow("cannot name a network"),
  );
});
