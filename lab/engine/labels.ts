/** The names by which the lab knows its own objects in the engine. Nothing without the run label is ever touched. */
import { createHash } from "node:crypto";
import { LabError } from "../errors.ts";
import { DEFAULT_NETWORK } from "./types.ts";

export const RUN_LABEL = "resilience-lab.run";
export const KEPT_LABEL = "resilience-lab.kept";
export const CLUSTER_LABEL = "resilience-lab.cluster";
export const NODE_LABEL = "resilience-lab.node";
/** Host ports of a node, so that no other lab takes them while the node is down. */
export const PORTS_LABEL = "resilience-lab.ports";
/** Which of the run's networks a network is. */
export const NETWORK_LABEL = "resilience-lab.network";
/** The names of the run's networks that a node sits on, in its order. */
export const NETWORKS_LABEL = "resilience-lab.networks";
/** Set on containers that are no nodes: packet-rule helpers. */
export const HELPER_LABEL = "resilience-lab.helper";

/** @throws LabError `bad-usage` when the name cannot be part of a container's name. */
export function checkRunName(run: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(run)) return;
  throw new LabError({
    code: "bad-usage",
    message: `"${run}" cannot name a run`,
    hint: "Use letters, digits, dots, dashes and underscores, starting with a letter or digit; at most 100 characters.",
  });
}

export const runLabels = (run: string, kept: boolean): Record<string, string> => ({
  [RUN_LABEL]: run,
  ...(kept ? { [KEPT_LABEL]: "true" } : {}),
});

/** @throws LabError `bad-scenario` when the name cannot be part of a network's name. */
export function checkNetworkName(network: string): void {
  if (/^[a-z][a-z0-9-]{0,30}$/.test(network)) return;
  throw new LabError({
    code: "bad-scenario",
    message: `"${network}" cannot name a network`,
    hint: "Use lower-case letters, digits and dashes, starting with a letter; at most 31 characters.",
  });
}

/** The engine's name of a run's network. */
export const networkName = (run: string, network: string = DEFAULT_NETWORK): string =>
  network === DEFAULT_NETWORK ? `lab-${run}` : `lab-${run}_${network}`;
export const containerName = (run: string, node: string): string => `lab-${run}-${node}`;
export const volumeName = (run: string, node: string, index: number): string => `lab-${run}-${node}-${index}`;

/** The network's device on the engine's machine. Linux allows 15 characters, so a long name is hashed. */
export function bridgeName(run: string, network: string = DEFAULT_NETWORK): string {
  if (network === DEFAULT_NETWORK && /^[a-z0-9]{1,11}$/.test(run)) return `lab-${run}`;
  const whole = network === DEFAULT_NETWORK ? run : `${run}/${network}`;
  return `lab-${createHash("sha256").update(whole).digest("hex").slice(0, 11)}`;
}
