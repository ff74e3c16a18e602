/** Who is meant by a phrase such as `leader of events/0`. */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import type { KafkaNode } from "./state.ts";

/** What has to be asked of the cluster to know. */
export interface Roles {
  leaderOf(topic: string, partition: number): Promise<Node>;
  followersOf(topic: string, partition: number): Promise<readonly Node[]>;
  activeController(): Promise<Node>;
}

const ofPartition = /^(?<role>leader|a follower|followers) of (?<topic>[a-zA-Z0-9._-]+)\/(?<partition>\d+)$/;

/**
 * The nodes that a phrase means now; undefined for a phrase that is not Kafka's.
 * @throws LabError `fault-failed` when nobody has the role.
 */
export async function pickNodes(
  phrase: string,
  roles: Roles,
  brokers: readonly KafkaNode[],
  controllers: readonly KafkaNode[],
  random: Random,
): Promise<readonly Node[] | undefined> {
  const nodesOf = (members: readonly KafkaNode[]): readonly Node[] => members.map(({ node }) => node);
  /** One of those that run: what is dead already cannot be broken once more. */
  const oneOf = async (nodes: readonly Node[]): Promise<readonly Node[]> => {
    const states = await Promise.all(nodes.map((node) => node.state()));
    const running = nodes.filter((_, place) => states[place]?.status === "running");
    if (running.length === 0)
      throw new LabError({ code: "fault-failed", message: `nobody who runs is "${phrase}" now` });
    return [random.pick(running)];
  };

  const match = ofPartition.exec(phrase)?.groups;
  if (match !== undefined) {
    const topic = match["topic"] ?? "";
    const partition = Number(match["partition"]);
    if (match["role"] === "leader") return [await roles.leaderOf(topic, partition)];
    const followers = await roles.followersOf(topic, partition);
    return match["role"] === "followers" ? followers : oneOf(followers);
  }
  switch (phrase) {
    case "active controller":
    case "the active controller":
      return [await roles.activeController()];
    case "a standby controller":
    case "standby controllers": {
      const active = await roles.activeController();
      const standby = nodesOf(controllers).filter(({ name }) => name !== active.name);
      return phrase === "standby controllers" ? standby : oneOf(standby);
    }
    case "controllers":
      return nodesOf(controllers);
    case "brokers":
      return nodesOf(brokers);
    case "a broker":
      return oneOf(nodesOf(brokers));
    default:
      return undefined;
  }
}
