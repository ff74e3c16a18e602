/** What a cluster says of itself right now, asked of several nodes, because any one may be dead, frozen or out of date. */
import type { Node } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import { addressOf, textOf } from "../endpoint.ts";
import { CONTROLLER_PORT, EXTERNAL_PORT } from "./layout.ts";
import type { KafkaMember } from "./layout.ts";
import { apiVersions, describeQuorum, KafkaErrorCode, metadata } from "./messages.ts";
import type { ClusterMetadata, QuorumState } from "./messages.ts";
import { ask } from "./wire.ts";

/** A started node with its part in the cluster. */
export interface KafkaNode {
  readonly member: KafkaMember;
  readonly node: Node;
}

/** Where clients on the host reach these brokers. */
export const addressesOf = (brokers: readonly KafkaNode[]): string[] =>
  brokers.map(({ node }) => textOf(addressOf(node, EXTERNAL_PORT)));

export type QuorumView =
  | { readonly state: QuorumState }
  /** How many controllers said that they do not lead, of how many asked, and why the others were silent. */
  | { readonly notLeading: number; readonly asked: number; readonly seen: string };

/** Asks every controller; of several that think they lead, the latest epoch counts. */
export async function askQuorum(nodes: readonly KafkaNode[]): Promise<QuorumView> {
  const controllers = nodes.filter(({ member }) => member.controller);
  const answers = await Promise.allSettled(
    controllers.map(({ node }) => ask(addressOf(node, CONTROLLER_PORT), describeQuorum())),
  );
  const states = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  const latest = states.sort((a, b) => b.epoch - a.epoch)[0];
  if (latest !== undefined) return { state: latest };
  const reasons = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason as unknown] : []));
  return {
    notLeading: reasons.filter((reason) => reason instanceof KafkaErrorCode).length,
    asked: controllers.length,
    seen: [...new Set(reasons.map(messageOf))].join("; "),
  };
}

/**
 * Asks the brokers for metadata, first the one whose copy of the metadata log is the longest.
 * @throws LabError `cluster-not-ready` when no broker answers.
 */
export async function askMetadata(nodes: readonly KafkaNode[], quorum?: QuorumState): Promise<ClusterMetadata> {
  const logEnds = new Map(
    [...(quorum?.voters ?? []), ...(quorum?.observers ?? [])].map(({ id, logEnd }) => [id, logEnd]),
  );
  const logEnd = ({ member }: KafkaNode): number =>
    member.id === quorum?.leader ? Number.POSITIVE_INFINITY : (logEnds.get(member.id) ?? -1);
  const brokers = nodes.filter(({ member }) => member.broker).sort((a, b) => logEnd(b) - logEnd(a));
  let last: unknown;
  for (const { node } of brokers) {
    try {
      return await ask(addressOf(node, EXTERNAL_PORT), metadata());
    } catch (error) {
      last = error;
    }
  }
  throw new LabError({
    code: "cluster-not-ready",
    message: `no broker answers: ${messageOf(last)}`,
    cause: last,
  });
}

/** Whether a node answers ApiVersions on each of its ports within a second. */
export async function answersAll({ member, node }: KafkaNode): Promise<boolean> {
  const ports = [...(member.broker ? [EXTERNAL_PORT] : []), ...(member.controller ? [CONTROLLER_PORT] : [])];
  const answers = await Promise.allSettled(ports.map((port) => ask(addressOf(node, port), apiVersions())));
  return answers.every(({ status }) => status === "fulfilled");
}
