import { expect, test } from "vitest";
import { registers } from "../../../../lab/systems/loads.ts";
import { seconds } from "../../../../lab/time.ts";

test("registers: defaults", () => {
  expect(registers({ to: "zookeeper" })).toEqual({
    kind: "registers",
    to: "zookeeper",
    rate: 100,
    keys: 5,
    clients: 6,
    readers: 3,
    timeout: 5_000,
    readAfter: "quorum",
    failover: false,
  });
});

test("registers: mistakes are named", () => {
  expect(() => registers({ to: "zookeeper.a" })).toThrow('registers: to is "zookeeper.a"');
  expect(() => registers({ to: "zookeeper", keys: 0 })).toThrow("registers: keys is 0");
  expect(() => registers({ to: "zookeeper", clients: 99 })).toThrow("registers: clients is 99");
  expect(() => registers({ to: "zookeeper", readers: 6 })).toThrow("registers: readers is 6");
  expect(() => registers({ to: "zookeeper", timeout: seconds(0.1) })).toThrow("registers: timeout is 100 ms");
});
