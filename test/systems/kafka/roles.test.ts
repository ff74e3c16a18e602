import { expect, test } from "vitest";
import type { Node, NodeState } from "../../../lab/engine/types.ts";
import { pickNodes } from "../../../lab/systems/kafka/roles.ts";
import type { KafkaNode } from "../../../lab/systems/kafka/state.ts";
import { membersOf, kafkaCluster } from "../../../lab/systems/kafka/index.ts";
import { seededRandom } from "../../../lab/random.ts";

const named = (name: string, status: NodeState["status"] = "running"): Node =>
  ({ name, state: () => Promise.resolve({ status, pid: 1, outOfMemory: false }) }) as Partial<Node> as Node;
const members = membersOf(kafkaCluster({ controllers: 3 })).map((member): KafkaNode => ({
  member,
  node: named(member.name),
}));
const roles = {
  leaderOf: (topic: string, partition: number) => Promise.resolve(named(`${topic}-${partition}-leader`)),
  followersOf: (topic: string) =>
    Promise.resolve(
      topic === "alone"
        ? []
        : topic === "half"
          ? [named("kafka-2", "exited"), named("kafka-3")]
          : [named("kafka-2"), named("kafka-3")],
    ),
  activeController: () => Promise.resolve(named("controller-2")),
};
const ask = async (phrase: string): Promise<string[] | undefined> => {
  const brokers = members.filter(({ member }) => member.broker);
  const controllers = members.filter(({ member }) => member.controller);
  return (await pickNodes(phrase, roles, brokers, controllers, seededRandom(7)))?.map(({ name }) => name);
};

test.each([
  ["leader of web.events/12", ["web.events-12-leader"]],
  ["followers of events/0", ["kafka-2", "kafka-3"]],
  ["active controller", ["controller-2"]],
  ["the active controller", ["controller-2"]],
  ["standby controllers", ["controller-1", "controller-3"]],
  ["controllers", ["controller-1", "controller-2", "controller-3"]],
  ["brokers", ["kafka-1", "kafka-2", "kafka-3"]],
  ["kafka-1", undefined],
  ["a minority", undefined],
])("%s", async (phrase, nodes) => {
  expect(await ask(phrase)).toEqual(nodes);
});

test("a choice comes from the run's seed, and is one that fits", async () => {
  const first = await ask("a follower of events/0");
  expect(first).toEqual(await ask("a follower of events/0"));
  expect(["kafka-2", "kafka-3"]).toContain(first?.[0]);
  expect(["controller-1", "controller-3"]).toContain((await ask("a standby controller"))?.[0]);
});

test("a choice is among those that run: what is dead can not be broken once more", async () => {
  expect(await ask("a follower of half/0")).toEqual(["kafka-3"]);
});

test("a role that nobody has is an error, not an empty answer", async () => {
  await expect(ask("a follower of alone/0")).rejects.toMatchObject({ code: "fault-failed" });
});
