import { check, perSecond, registers, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * First the leader, then a follower is cut off from the two others, while clients reach all three.
 * Whoever is alone may neither acknowledge a write nor answer a read that needs the others.
 */
export default scenario({
  id: "zookeeper/minority-partition",
  title: "A minority is cut off, first with the leader in it; clients reach both sides",
  description:
    "A write, and a read that follows one on the same connection, needs a majority. So no two leaders take writes, and nobody reads on the minority's side what has been overwritten on the other.",
  topology: { zookeeper: zookeeperCluster({ members: 3 }) },
  load: { registers: registers({ to: "zookeeper", rate: perSecond(30), clients: 6, timeout: seconds(1) }) },
  expect: {
    "registers are linearizable": check.register("registers"),
    "the majority elects a leader": check.observed({
      subject: "elections of zookeeper",
      values: [1],
      within: seconds(12),
    }),
    "the majority goes on": check.availability({
      of: "registers.write",
      atLeast: 0.4,
      limit: seconds(3),
      during: { step: "a follower is alone" },
    }),
    "members converge": check.convergence({ of: "zookeeper", within: seconds(30) }),
  },
  slos: ["zookeeper-recovery-time"],
  mutants: {
    "reads ask one member only": {
      change: { load: { registers: { readAfter: "nothing" } } },
      violates: "registers are linearizable",
    },
    "only one member has a vote": {
      change: {
        topology: { zookeeper: { config: { "group.1": "1:2:3", "weight.1": "0", "weight.2": "0", "weight.3": "1" } } },
      },
      violates: "the majority elects a leader",
    },
  },
  async run({ zookeeper, load, step, fault }) {
    await step("warm up", () => load.registers.acknowledged(60, { within: seconds(20) }));
    const leader = await step("leader cut off", () => fault.partition({ isolate: "leader" }));
    await step("the leader is alone", () => load.registers.runFor(seconds(10)));
    await step("leader back", () => leader.heal());
    await step("all follow one leader", () => zookeeper.ready({ within: seconds(20) }));
    const follower = await step("follower cut off", () => fault.partition({ isolate: "a follower" }));
    await step("a follower is alone", () => load.registers.runFor(seconds(8)));
    await step("follower back", () => follower.heal());
    await step("all serve", () => zookeeper.ready({ within: seconds(20) }));
    await step("calm", () => load.registers.runFor(seconds(3)));
  },
});
