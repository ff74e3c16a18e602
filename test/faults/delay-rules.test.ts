import { describe, expect, test } from "vitest";
import {
  addUp,
  delaySetUp,
  delayTransaction,
  devicesOf,
  listeningPorts,
  netemCommands,
  type Hop,
  type Passage,
} from "../../lab/faults/drivers/delay-rules.ts";

const lines = (text: string): string => text.split("; ").join("\n");

const toPeer: Passage = {
  peer: "10.1.0.3",
  opener: "node",
  listeners: new Map([
    [9092, 40_001],
    [7, 40_002],
  ]),
};
const fromClients: Passage = { peer: "10.1.0.1", opener: "peer", listeners: new Map([[9092, 40_003]]) };

describe("what the packet filter of a node's network is told", () => {
  test("its table goes with the process that made it", () => {
    expect(lines(delaySetUp("t"))).toMatchInlineSnapshot(`
      "add table ip t { flags owner
      }
      add chain ip t lead { type nat hook output priority -101
      policy accept
      }
      add chain ip t lead_in { type nat hook prerouting priority -101
      policy accept
      }
      add chain ip t old { type filter hook output priority 0
      policy accept
      }
      add chain ip t old_in { type filter hook input priority 0
      policy accept
      }"
    `);
  });

  test("new connections are led into the proxy, old ones are reset, the proxy's own pass", () => {
    expect(lines(delayTransaction([], [toPeer], "t"))).toMatchInlineSnapshot(`
      "add counter ip t by_node_10_1_0_3
      flush chain ip t lead
      flush chain ip t lead_in
      flush chain ip t old
      flush chain ip t old_in
      add rule ip t lead meta skuid != 64738 ip daddr 10.1.0.3 tcp dport { 9092, 7 } tcp flags & (syn | ack) == syn counter name by_node_10_1_0_3 redirect to :tcp dport map { 9092 : 40001, 7 : 40002 }
      add rule ip t old meta skuid != 64738 ip daddr 10.1.0.3 tcp dport { 9092, 7 } reject with tcp reset"
    `);
  });

  test("of two, one is taken away, and the other's counter stays", () => {
    expect(lines(delayTransaction([toPeer, fromClients], [fromClients], "t"))).toMatchInlineSnapshot(`
      "flush chain ip t lead
      flush chain ip t lead_in
      flush chain ip t old
      flush chain ip t old_in
      add rule ip t lead_in ip saddr 10.1.0.1 tcp dport { 9092 } tcp flags & (syn | ack) == syn counter name by_peer_10_1_0_1 redirect to :tcp dport map { 9092 : 40003 }
      add rule ip t old_in ip saddr 10.1.0.1 tcp dport { 9092 } reject with tcp reset
      delete counter ip t by_node_10_1_0_3"
    `);
  });
});

const delay = (ms: number, jitterMs = 0) => ({ ms, jitterMs });
const hop: Hop = { peer: "10.1.0.3", opener: "node", ports: [9092], out: delay(100, 20), back: delay(0) };

describe("delays of several faults on one link", () => {
  test("add up, each way for itself", () => {
    expect(addUp([hop, { ...hop, ports: [9092, 9093], out: delay(50), back: delay(30, 5) }])).toEqual([
      { ...hop, ports: [9092, 9093], out: delay(150, 20), back: delay(30, 5) },
    ]);
  });

  test("with different peers stay apart", () => {
    expect(addUp([hop, { ...hop, peer: "10.1.0.4" }])).toHaveLength(2);
  });
});

describe("what netem is told", () => {
  const clients: Hop = { peer: "10.1.0.1", opener: "peer", ports: [9092], out: delay(10), back: delay(10) };

  test("holds what leaves for each peer, and nothing else", () => {
    expect(lines(netemCommands([hop, { ...hop, peer: "10.1.0.4", out: delay(0) }, clients], () => "eth0")))
      .toMatchInlineSnapshot(`
        "for device in /sys/class/net/*
        do tc qdisc del dev "\${device##*/}" root 2>/dev/null
        done
        true
        set -e
        tc qdisc add dev eth0 root handle 1: prio bands 3 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        tc qdisc add dev eth0 parent 1:2 netem limit 100000 delay 100ms 20ms
        tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dst 10.1.0.3/32 flowid 1:2
        tc qdisc add dev eth0 parent 1:3 netem limit 100000 delay 20ms
        tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dst 10.1.0.1/32 flowid 1:3"
      `);
  });

  test("holds it on the network over which the peer is reached", () => {
    const far: Hop = { ...hop, peer: "10.2.0.4" };
    expect(lines(netemCommands([hop, far, clients], (peer) => (peer.startsWith("10.2.") ? "eth1" : "eth0"))))
      .toMatchInlineSnapshot(`
        "for device in /sys/class/net/*
        do tc qdisc del dev "\${device##*/}" root 2>/dev/null
        done
        true
        set -e
        tc qdisc add dev eth0 root handle 1: prio bands 3 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        tc qdisc add dev eth0 parent 1:2 netem limit 100000 delay 100ms 20ms
        tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dst 10.1.0.3/32 flowid 1:2
        tc qdisc add dev eth0 parent 1:3 netem limit 100000 delay 20ms
        tc filter add dev eth0 parent 1: protocol ip prio 1 u32 match ip dst 10.1.0.1/32 flowid 1:3
        tc qdisc add dev eth1 root handle 1: prio bands 2 priomap 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
        tc qdisc add dev eth1 parent 1:2 netem limit 100000 delay 100ms 20ms
        tc filter add dev eth1 parent 1: protocol ip prio 1 u32 match ip dst 10.2.0.4/32 flowid 1:2"
      `);
  });

  test("tells at most fifteen peers of a network apart", () => {
    const many = Array.from({ length: 16 }, (_, place): Hop => ({ ...hop, peer: `10.${place % 2}.0.${place + 3}` }));
    expect(() => netemCommands(many, () => "eth0")).toThrow("at most 15 others of a network, not with 16");
    expect(netemCommands(many, (peer) => (peer.startsWith("10.1.") ? "eth1" : "eth0"))).toContain("parent 1:9 netem");
  });

  test("nothing is left of it when nothing is delayed", () => {
    expect(netemCommands([], () => "eth0")).toMatchInlineSnapshot(
      `"for device in /sys/class/net/*; do tc qdisc del dev "\${device##*/}" root 2>/dev/null; done; true"`,
    );
  });

  test("the device is the one through which the kernel sends", () => {
    const said = [
      "10.1.0.3 dev eth0 src 10.1.0.2 uid 0 \\    cache ",
      "10.2.0.4 dev eth1 src 10.2.0.2 uid 0 \\    cache ",
      "10.9.0.1 via 10.2.0.1 dev eth1 src 10.2.0.2 uid 0 \\    cache ",
    ];
    expect([...devicesOf(`${said.join("\n")}\n`)]).toEqual([
      ["10.1.0.3", "eth0"],
      ["10.2.0.4", "eth1"],
      ["10.9.0.1", "eth1"],
    ]);
  });
});

test("the ports that others can reach are those of listening sockets that are neither on the loopback nor the proxy's", () => {
  const head = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";
  const socket = (local: string, state = "0A", user = 0): string =>
    `   0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000  ${user}        0 1 1 0 100 0 0 10 0`;
  const text = [
    head,
    socket("00000000:2384"),
    socket("0300010A:2385"),
    socket("0100007F:2386"),
    socket("0B00007F:8C1D"),
    socket("00000000:2387", "01"),
    socket("00000000:2388", "0A", 64_738),
    head,
    socket("00000000000000000000000000000000:2389"),
    socket("00000000000000000000000001000000:238A"),
    socket("0000000000000000FFFF00000100007F:238B"),
    socket("0000000000000000FFFF00000300010A:238C"),
  ].join("\n");
  expect(listeningPorts(text)).toEqual([0x2384, 0x2385, 0x2389, 0x238c]);
});
