/** The words of ZooKeeper: the phrases that mean some of its nodes, and what is watched of it. */
import type { Phrase, Subject } from "../define.ts";
import type { ZooKeeperSpec } from "./spec.ts";

export const phrases: readonly Phrase<ZooKeeperSpec>[] = [
  { phrase: "leader", example: "leader", means: "who leads the ensemble now", form: /^(the )?leader$/ },
  {
    phrase: "a follower, followers",
    example: "a follower",
    means: "one of the members that follow; all of them",
    form: /^(a follower|followers)$/,
  },
];

export const subjects: readonly Subject<ZooKeeperSpec>[] = [
  {
    subject: "CLUSTER leader",
    values: "a node, or nothing while there is none",
    names: (cluster) => [`${cluster} leader`],
  },
  {
    subject: "elections of CLUSTER",
    values: "how many leaders were elected since the run began",
    names: (cluster) => [`elections of ${cluster}`],
  },
  {
    subject: "serving members of CLUSTER",
    values: "how many lead or follow",
    names: (cluster) => [`serving members of ${cluster}`],
  },
];
