/** The words of MinIO: the phrases that mean some of its nodes, and what is watched of it. */
import type { Phrase, Subject } from "../define.ts";
import type { MinioSpec } from "./spec.ts";

export const phrases: readonly Phrase<MinioSpec>[] = [
  {
    phrase: "NUMBER nodes",
    example: "2 nodes",
    means: "so many of its nodes, chosen by the run's seed",
    form: /^(?<count>\d+) nodes?$/,
    wrong: ({ count }, { nodes, pools }) =>
      Number(count) >= 1 && Number(count) <= nodes * pools ? undefined : `there are ${nodes * pools} nodes`,
  },
];

export const subjects: readonly Subject<MinioSpec>[] = [
  {
    subject: "CLUSTER online drives",
    values: "how many, as the node says that sees most",
    names: (cluster) => [`${cluster} online drives`],
  },
  {
    subject: "CLUSTER write quorum",
    values: "whether any node sees one",
    names: (cluster) => [`${cluster} write quorum`],
  },
  {
    subject: "NODE reads",
    values: "whether the node reads, which takes a read quorum",
    names: (_cluster, _spec, nodes) => nodes.map((node) => `${node} reads`),
  },
  {
    subject: "CLUSTER scanned deeply",
    values: "`whole`, `missing` or `corrupted`: what a deep scan found at worst",
    names: (cluster) => [`${cluster} scanned deeply`],
  },
];
