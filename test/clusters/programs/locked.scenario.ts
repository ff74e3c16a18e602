import { ZooKeeperClient } from "../../../lab/systems/zookeeper/index.ts";
import { check, perSecond, registers, scenario, seconds, zookeeperCluster } from "../../../lab/index.ts";

/** In the member's container: a znode that its own clients may not take away. */
const LOCK = `cli() { java -Xmx32m -cp "$(cat /opt/lab/zookeeper/classpath)" org.apache.zookeeper.ZooKeeperMain -server 127.0.0.1:2181 "$@"; }
cli create /locked && cli create /locked/child && cli setAcl /locked world:anyone:r`;

const settings: Readonly<Record<"lock", boolean>> = { lock: false };

/** Tells what it finds and leaves something behind; its mutant leaves what a reset cannot take away. For tests of reuse. */
export default scenario({
  id: "zookeeper/locked",
  title: "A member restarts",
  description: "For tests of clusters that are used again.",
  topology: { zookeeper: zookeeperCluster({ members: 1 }) },
  load: { registers: registers({ to: "zookeeper", rate: perSecond(20), timeout: seconds(3) }) },
  settings,
  expect: { "registers are linearizable": check.register("registers") },
  slos: [],
  mutants: { locked: { change: { settings: { lock: true } }, violates: "registers are linearizable" } },
  async run({ zookeeper, load, settings: { lock }, fault, step, observe }) {
    await using client = new ZooKeeperClient({ servers: zookeeper.servers, sessionTimeout: seconds(10) });
    const connection = await client.connected(seconds(5));
    const found = (await connection.children("/")).filter((name) => ["left", "locked"].includes(name));
    observe("found", found.join(" and ") || "nothing");
    await connection.create("/left", Buffer.from("behind"));
    const restart = await step("a member is gone", () => fault.kill("zookeeper-1"));
    await step("it is back", () => restart.heal());
    await step("writes", () => load.registers.acknowledged(20, { within: seconds(10) }));
    if (lock) await step("lock", () => zookeeper.nodes[0]?.exec(["sh", "-c", LOCK]));
  },
});
