/** The names by which the lab knows its own objects in the engine. Nothing without the run label is ever touched. */
import { createHash } from "node:crypto";
import { LabError } from "../errors.ts";

export const RUN_LABEL = "resilience-lab.run";
export const KEPT_LABEL = "resilience-lab.kept";
export const CLUSTER_LABEL = "resilience-lab.cluster";
export const NODE_LABEL = "resilience-lab.node";
/** Host ports of a node, so that no other lab takes them while the node is down. */
export const PORTS_LABEL = "resilience-lab.ports";
/** Set on containers that are no nodes: packet-rule helpers. */
export const HELPER_LABEL = "resilience-lab.helper";

/** @throws LabError `bad-usage` when the name can not be part of a container's name. */
export function checkRunName(run: string): void {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$/.test(run)) return;
  throw new LabError({
    code: "bad-usage",
    message: `"${run}" can not name a run`,
    hint: "Use letters, digits, dots, dashes and underscores, starting with a letter or digit; at most 100 characters.",
  });
}

export const runLabels = (run: string, kept: boolean): Record<string, string> => ({
  [RUN_LABEL]: run,
  ...(kept ? { [KEPT_LABEL]: "true" } : {}),
});

export const networkName = (run: string): string => `lab-${run}`;
export const containerName = (run: string, node: string): string => `lab-${run}-${node}`;
export const volumeName = (run: string, node: string, index: number): string => `lab-${run}-${node}-${index}`;

/** The network's device on the engine's machine. Linux allows 15 characters, so a long run name is hashed. */
export function bridgeName(run: string): string {
  if (/^[a-z0-9]{1,11}$/.test(run)) return `lab-${run}`;
  return `lab-${createHash("sha256").update(run).digest("hex").slice(0, 11)}`;
}
