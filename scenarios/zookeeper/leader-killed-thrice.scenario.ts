import { check, perSecond, registers, scenario, seconds, zookeeperCluster } from "../../lab/index.ts";

/**
 * The leader dies by SIGKILL three times, and comes back each time as a follower of another.
 * Clients take their sessions to a member that is left, as ZooKeeper's own clients do.
 */
export default scenario({
  id: "zookeeper/leader-killed-thrice",
  title: "The leader is killed three times",
  description:
    "Two of three members are a quorum: they elect another leader, who has all that was ever acknowledged, and the one that died follows when it is back.",
  topology: { zookeeper: zookeeperCluster({ members: 3 }) },
  load: {
    registers: registers({ to: "zookeeper", rate: perSecond(30), clients: 6, failover: true, timeout: seconds(1) }),
  },
  assume: {
    "another leader is elected each time": check.observed({
      subject: "elections of zookeeper",
      values: [1, 2, 3],
      within: seconds(30),
    }),
  },
  expect: {
    "registers are linearizable": check.register("registers"),
    "writes recover": check.recovery({ of: "registers.write", within: seconds(15) }),
    // While the leader is dead: an ensemble that waits for it to come back recovers, too, but later.
    "two go on without the leader": check.availability({
      of: "registers.write",
      atLeast: 0.3,
      limit: seconds(1),
      during: { step: "without the first" },
    }),
    "two serve on, and the dead rejoin": check.observed({
      subject: "serving members of zookeeper",
      values: [2, 3, 2, 3, 2, 3],
      within: seconds(30),
    }),
    "members converge": check.convergence({ of: "zookeeper", within: seconds(30) }),
  },
  slos: ["zookeeper-write-availability", "zookeeper-recovery-time"],
  mutants: {
    "one member": {
      change: { topology: { zookeeper: { members: 1 } } },
      violates: "two serve on, and the dead rejoin",
    },
    "only one member has a vote": {
      change: {
        topology: { zookeeper: { config: { "group.1": "1:2:3", "weight.1": "0", "weight.2": "0", "weight.3": "1" } } },
      },
      violates: "two go on without the leader",
    },
  },
  async run({ zookeeper, load, step, fault }) {
    await step("warm up", () => load.registers.acknowledged(90, { within: seconds(20) }));
    for (const time of ["first", "second", "third"]) {
      const outage = await step(`${time} leader dies`, () => fault.kill("leader"));
      await step(`without the ${time}`, () => load.registers.runFor(seconds(6)));
      await step(`the ${time} returns`, () => outage.heal());
      await step(`all serve after the ${time}`, () => zookeeper.ready({ within: seconds(30) }));
      await step(`calm after the ${time}`, () => load.registers.runFor(seconds(2)));
    }
    await step("calm", () => load.registers.runFor(seconds(3)));
  },
});
