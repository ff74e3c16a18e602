import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatAddress, freeSubnet, overlap, parseRange, type Range } from "../../lab/engine/docker/subnet.ts";

const range = (text: string): Range => {
  const parsed = parseRange(text);
  if (parsed === undefined) throw new Error(`not a range: ${text}`);
  return parsed;
};

describe("address ranges", () => {
  test("are read with and without a prefix length", () => {
    expect(range("10.1.2.77/24")).toEqual(range("10.1.2.0/24"));
    expect(range("10.1.2.3")).toEqual({ first: 167_838_211, last: 167_838_211 });
    expect(range("0.0.0.0/0")).toEqual({ first: 0, last: 2 ** 32 - 1 });
  });

  test.each(["fd00::/64", "10.1.2/24", "10.1.2.256", "10.0.0.0/33", ""])("%j is none", (text) => {
    expect(parseRange(text)).toBeUndefined();
  });

  test("overlap when they share an address, and only then", () => {
    expect(overlap(range("10.0.0.0/8"), range("10.201.7.0/24"))).toBe(true);
    expect(overlap(range("10.201.0.0/24"), range("10.201.1.0/24"))).toBe(false);
  });

  test("addresses are written as they are read", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(formatAddress(range(address).first)).toBe(address);
      }),
    );
  });
});

describe("the subnet of a run", () => {
  test("overlaps nothing that is taken", () => {
    const taken = fc.array(
      fc.tuple(fc.ipV4(), fc.integer({ min: 9, max: 32 })).map(([ip, bits]) => range(`${ip}/${bits}`)),
    );
    fc.assert(
      fc.property(taken, fc.nat(), (ranges, start) => {
        const subnet = freeSubnet(ranges, start);
        expect(ranges.some((one) => subnet !== undefined && overlap(one, subnet))).toBe(false);
      }),
    );
  });

  test("is found as long as one is left, and not when none is", () => {
    const allButOne = [
      "10.201.0.0/16",
      "10.202.0.0/16",
      "10.203.0.0/16",
      "10.204.0.0/17",
      "10.204.128.0/18",
      "10.204.192.0/19",
      "10.204.224.0/20",
      "10.204.240.0/21",
      "10.204.248.0/22",
      "10.204.252.0/23",
      "10.204.254.0/24",
    ].map(range);
    expect(freeSubnet(allButOne, 12_345)).toEqual(range("10.204.255.0/24"));
    expect(freeSubnet([...allButOne, range("10.204.255.9")], 0)).toBeUndefined();
  });

  test("two labs that look at once start at different places", () => {
    expect(freeSubnet([], 1)).not.toEqual(freeSubnet([], 2));
  });
});
