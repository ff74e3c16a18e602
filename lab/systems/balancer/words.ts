/** The words of a balancer: the phrases that mean some of its nodes, and what is watched of it. */
import type { Phrase, Subject } from "../define.ts";
import type { BalancerSpec } from "./spec.ts";

export const phrases: readonly Phrase<BalancerSpec>[] = [
  { phrase: "balancer", example: "balancer", means: "the balancer's node", form: /^(the )?balancer$/ },
];

export const subjects: readonly Subject<BalancerSpec>[] = [
  {
    subject: "up servers of BACKEND",
    values: "how many servers the balancer sends to",
    names: (_, { backends }) => Object.keys(backends).map((backend) => `up servers of ${backend}`),
  },
];
