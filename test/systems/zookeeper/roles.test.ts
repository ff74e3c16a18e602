import { expect, test } from "vitest";
import type { Node } from "../../../lab/engine/types.ts";
import type { JournalEvent } from "../../../lab/journal/index.ts";
import { leaderOf, readSrvr } from "../../../lab/systems/zookeeper/state.ts";
import type { MemberState } from "../../../lab/systems/zookeeper/state.ts";
import { roleNoter } from "../../../lab/systems/zookeeper/watch.ts";

const answer = (mode: string, zxid: string): string =>
  `Zookeeper version: 3.9.4\nLatency min/avg/max: 0/0.5/12\nReceived: 9\nSent: 8\nConnections: 1\nOutstanding: 0\nZxid: ${zxid}\nMode: ${mode}\nNode count: 5\n`;
/** A member by its name; nothing else of the node is asked for. */
const member = (name: string, mode: string, zxid = "0x100000002"): MemberState => ({
  node: { name } as Node,
  ...readSrvr(mode === "" ? "This ZooKeeper instance is not currently serving requests" : answer(mode, zxid)),
});

test("srvr: mode, last transaction and the epoch in it; or why there is none", () => {
  expect(readSrvr(answer("follower", "0x30000000a"))).toEqual({ mode: "follower", zxid: 0x30000000an, epoch: 3 });
  expect(readSrvr("This ZooKeeper instance is not currently serving requests\n")).toEqual({
    mode: undefined,
    seen: "This ZooKeeper instance is not currently serving requests",
  });
  expect(readSrvr("")).toEqual({ mode: undefined, seen: "no answer" });
});

test("of two who think that they lead, the one of the later epoch does", () => {
  const states = [member("a", "leader", "0x1000000ff"), member("b", "leader", "0x200000000"), member("c", "follower")];
  expect(leaderOf(states)?.node.name).toBe("b");
  expect(leaderOf([member("a", "standalone")])?.node.name).toBe("a");
  expect(leaderOf([member("a", "follower"), member("b", "")])).toBeUndefined();
});

test("changes are journalled once; nobody is believed to lead only after two looks", () => {
  const seen: string[] = [];
  const note = roleNoter("zookeeper", {
    operation: () => undefined,
    read: () => undefined,
    event: (event: Omit<JournalEvent, "atMs">) => {
      if ("holder" in event) seen.push(`leader ${String(event.holder)}`);
      else if ("subject" in event && "value" in event) seen.push(`${String(event.subject)} ${String(event.value)}`);
    },
  });
  const [whole, none] = [
    [member("a", "leader"), member("b", "follower")],
    [member("a", ""), member("b", "")],
  ];
  for (const states of [whole, whole, none, whole, none, none, none]) note(states);
  note([member("a", ""), member("b", "leader", "0x200000000")]);
  expect(seen).toMatchInlineSnapshot(`
    [
      "leader a",
      "elections of zookeeper 0",
      "serving members of zookeeper 2",
      "serving members of zookeeper 0",
      "serving members of zookeeper 2",
      "serving members of zookeeper 0",
      "leader ",
      "leader b",
      "elections of zookeeper 1",
      "serving members of zookeeper 1",
    ]
  `);
});
