/** Who is meant by a phrase such as `a replica of shard 1`. */
import type { Node } from "../../engine/types.ts";
import type { Random } from "../../random.ts";
import { nobody } from "../waiting.ts";
import type { ClickHouseNode } from "./state.ts";

const ofShard = /^(?:(?<role>replicas|a replica|replica (?<replica>\d+)) of )?shard (?<shard>\d+)$/;

/**
 * The nodes that a phrase means; undefined for a phrase that is not ClickHouse's. `a replica` is one of those that run.
 * @throws LabError `fault-failed` when nobody answers to it.
 */
export async function pickNodes(
  phrase: string,
  nodes: readonly ClickHouseNode[],
  random: Random,
): Promise<readonly Node[] | undefined> {
  const match = ofShard.exec(phrase)?.groups;
  if (match === undefined) return undefined;
  const { role, replica, shard } = match;
  const replicas = nodes.filter(({ member }) => member.shard === Number(shard));
  const meant = replica === undefined ? replicas : replicas.filter(({ member }) => member.replica === Number(replica));
  const candidates = meant.map(({ node }) => node);
  if (role !== "a replica") {
    if (candidates.length === 0) throw nobody(phrase);
    return candidates;
  }
  const states = await Promise.all(candidates.map((node) => node.state()));
  const running = candidates.filter((_, place) => states[place]?.status === "running");
  if (running.length === 0) throw nobody(phrase, "nobody of it runs");
  return [random.pick(running)];
}
