import { describe, expect, test } from "vitest";
import { zookeeperCluster, zookeeperServers } from "../../../lab/systems/zookeeper/index.ts";
import { planZooKeeper } from "../../../lab/systems/zookeeper/layout.ts";

const plan = (spec: ReturnType<typeof zookeeperCluster>): ReturnType<typeof planZooKeeper> => {
  let port = 40_000;
  return planZooKeeper(spec, {
    name: "zookeeper",
    topology: { zookeeper: spec },
    nodesOf: () => [],
    hostPort: () => (port += 1),
  });
};

describe("a ZooKeeper ensemble as data", () => {
  test("three members, each with its number, and one zoo.cfg for all", () => {
    const nodes = plan(zookeeperCluster({ config: { syncLimit: "5" } }));
    expect(nodes.map(({ name, ports, environment }) => [name, ports[0], environment?.["LAB_ZOOKEEPER_ID"]])).toEqual([
      ["zookeeper-1", { container: 2181, host: 40_001 }, "1"],
      ["zookeeper-2", { container: 2181, host: 40_002 }, "2"],
      ["zookeeper-3", { container: 2181, host: 40_003 }, "3"],
    ]);
    expect(nodes[2]?.files?.[0]?.content).toMatchInlineSnapshot(`
      "tickTime=500
      initLimit=20
      syncLimit=5
      minSessionTimeout=1000
      maxSessionTimeout=40000
      dataDir=/var/lib/zookeeper
      clientPort=2181
      4lw.commands.whitelist=srvr,ruok,mntr
      maxClientCnxns=0
      server.1=zookeeper-1:2888:3888
      server.2=zookeeper-2:2888:3888
      server.3=zookeeper-3:2888:3888
      "
    `);
  });

  test("one member alone has no number and no peers", () => {
    const [node] = plan(zookeeperCluster({ members: 1 }));
    expect(node?.environment).toEqual({ LAB_ZOOKEEPER_HEAP: "96m" });
    expect(node?.files?.[0]?.content).not.toContain("server.1");
  });

  test("where other systems find it", () => {
    expect(zookeeperServers("coordination", zookeeperCluster({ members: 2 }))).toEqual([
      { host: "coordination-1", port: 2181 },
      { host: "coordination-2", port: 2181 },
    ]);
  });

  test("mistakes are named", () => {
    expect(() => zookeeperCluster({ members: 0 })).toThrow("zookeeperCluster: members is 0");
    expect(() => zookeeperCluster({ heapMb: 1.5 })).toThrow("zookeeperCluster: heapMb is 1.5");
  });
});
