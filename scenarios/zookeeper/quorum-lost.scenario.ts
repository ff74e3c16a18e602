import { check, perSecond, registers, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * Two of three members are dead. The leader that is left has the data but not the majority: it stops serving.
 */
export default scenario({
  id: "zookeeper/quorum-lost",
  title: "Two of three members die: writes are refused until a quorum is back",
  description:
    "A leader without a majority behind it steps down and serves nobody. When members return, what was acknowledged before is still there.",
  topology: { zookeeper: zookeeperCluster({ members: 3 }) },
  load: { registers: registers({ to: "zookeeper", rate: perSecond(15), clients: 6, timeout: seconds(1) }) },
  expect: {
    "nothing is acknowledged without a quorum": check.refused({
      of: "registers.write",
      during: { step: "one member is left" },
      errors: ["connection", "timeout", "SESSIONEXPIRED"],
      atLeast: 20,
    }),
    "writes resume": check.availability({
      of: "registers.write",
      atLeast: 0.95,
      limit: seconds(2),
      during: { step: "all serve again" },
    }),
    "nothing acknowledged is lost": check.register("registers"),
    "members converge": check.convergence({ of: "zookeeper", within: seconds(30) }),
  },
  slos: ["zookeeper-recovery-time"],
  mutants: {
    "only one member has a vote": {
      change: {
        topology: { zookeeper: { config: { "group.1": "1:2:3", "weight.1": "0", "weight.2": "0", "weight.3": "1" } } },
      },
      violates: "nothing is acknowledged without a quorum",
    },
  },
  async run({ zookeeper, load, step, fault }) {
    await step("warm up", () => load.registers.acknowledged(60, { within: seconds(20) }));
    const outage = await step("followers die", () => fault.kill("followers"));
    await step("the leader notices", () => load.registers.runFor(seconds(3)));
    await step("one member is left", () => load.registers.runFor(seconds(12)));
    await step("the dead return", () => outage.heal());
    await step("a quorum is back", () => zookeeper.ready({ within: seconds(30) }));
    await step("clients come back", () => load.registers.runFor(seconds(4)));
    await step("all serve again", () => load.registers.runFor(seconds(6)));
  },
});
