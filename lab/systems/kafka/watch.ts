/** The role watcher: who leads and who is in sync, journalled when it changes. */
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds } from "../../time.ts";
import type { QuorumView, KafkaNode } from "./state.ts";
import { askMetadata, askQuorum } from "./state.ts";

const PERIOD = milliseconds(500);

/**
 * Looks twice a second until disposed, and journals each change:
 * roles `kafka active controller` and `kafka leader of TOPIC/P`, observations `in-sync replicas of TOPIC/P`.
 * A round in which nobody answers says nothing: what was seen last stands.
 */
export function watchRoles(cluster: string, members: () => readonly KafkaNode[], recorder: Recorder): Disposable {
  const seen = new Map<string, string | number>();
  const changed = (subject: string, value: string | number): boolean => {
    if (seen.get(subject) === value) return false;
    seen.set(subject, value);
    return true;
  };
  const role = (subject: string, holder: string): void => {
    if (changed(subject, holder)) recorder.event({ type: "role", subject, holder });
  };
  let leaderless = 0;
  const nameOf = (id: number): string => members().find(({ member }) => member.id === id)?.member.name ?? "";

  const look = async (): Promise<void> => {
    const quorum = await askQuorum(members());
    leaderless = isLeaderless(quorum) ? leaderless + 1 : 0;
    if ("state" in quorum) role(`${cluster} active controller`, nameOf(quorum.state.leader));
    // A leader may have been too busy to answer once; nobody is believed to lead only after two looks.
    else if (leaderless >= 2) role(`${cluster} active controller`, "");
    const { partitions } = await askMetadata(members(), "state" in quorum ? quorum.state : undefined);
    for (const { topic, partition, leader, inSync } of partitions) {
      role(`${cluster} leader of ${topic}/${partition}`, nameOf(leader));
      const subject = `in-sync replicas of ${topic}/${partition}`;
      if (changed(subject, inSync.length)) recorder.event({ type: "observation", subject, value: inSync.length });
    }
  };
  return every(PERIOD, look);
}

const isLeaderless = (quorum: QuorumView): boolean => "notLeading" in quorum && quorum.notLeading > 0;
