/** The role watcher: who leads and how many serve, journalled when it changes. */
import type { Node } from "../../engine/types.ts";
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds } from "../../time.ts";
import { askMembers, leaderOf, serving } from "./state.ts";
import type { MemberState } from "./state.ts";

const PERIOD = milliseconds(250);

/** Looks four times a second until disposed, and journals each change. */
export function watchRoles(cluster: string, nodes: readonly Node[], recorder: Recorder): Disposable {
  const note = roleNoter(cluster, recorder);
  return every(PERIOD, async () => {
    note(await askMembers(nodes));
  });
}

/**
 * Journals what changed from one look to the next: the role `zookeeper leader`; the observations `serving members of
 * zookeeper` (leader and followers) and `elections of zookeeper` (leaders of a later epoch seen since the first look).
 */
export function roleNoter(cluster: string, recorder: Recorder): (states: readonly MemberState[]) => void {
  let holder: string | undefined;
  let leaderless = 0;
  let members: number | undefined;
  let epoch: number | undefined;
  let elections = 0;
  return (states) => {
    const leader = leaderOf(states);
    leaderless = leader === undefined ? leaderless + 1 : 0;
    const name = leader?.node.name ?? "";
    // A leader may have been too busy to answer once; nobody is believed to lead only after two looks.
    if (name !== holder && (leader !== undefined || leaderless >= 2)) {
      holder = name;
      recorder.event({ type: "role", subject: `${cluster} leader`, holder });
    }
    if (leader !== undefined && (epoch === undefined || leader.epoch > epoch)) {
      if (epoch !== undefined) elections += 1;
      epoch = leader.epoch;
      recorder.event({ type: "observation", subject: `elections of ${cluster}`, value: elections });
    }
    const count = serving(states).length;
    if (count !== members) {
      members = count;
      recorder.event({ type: "observation", subject: `serving members of ${cluster}`, value: count });
    }
  };
}
