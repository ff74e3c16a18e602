/** Creates and starts a node's container. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { lastLines, nodeOf, startOrder } from "./node.ts";
import { NodeContainer, type Placement } from "./node-container.ts";
import type { Node, NodeSpec } from "../types.ts";

/**
 * Resolves when the container runs, or has ended at once: `state()` tells which. Readiness is the cluster's business.
 * @throws LabError `node-failed` when the engine refuses.
 */
export async function startNodeContainer(docker: Docker, spec: NodeSpec, placement: Placement): Promise<Node> {
  let containerId: string | undefined;
  const watch = new AbortController();
  let noteEnd = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    noteEnd = resolve;
  });
  const container = new NodeContainer(docker, spec, placement, (id) => {
    containerId = id;
    // Testcontainers would wait ten seconds for the ports of a node that has died at once.
    docker
      .getContainer(id)
      .wait({ condition: "next-exit", abortSignal: watch.signal })
      .then(noteEnd, () => undefined);
  });
  try {
    const started = container.start();
    started.catch(() => undefined);
    await Promise.race([started, ended]);
  } catch (error) {
    await startAgain(docker, spec, containerId, error);
  } finally {
    watch.abort();
  }
  return nodeOf(docker, {
    name: spec.name,
    cluster: spec.cluster,
    containerId: containerId ?? "",
    addresses: new Map(placement.seats.map(({ label, address }) => [label, address])),
    ports: spec.ports ?? [],
    tools: placement.tools,
  });
}

/** A port that something else holds for a moment is worth another try; all else is not. */
async function startAgain(
  docker: Docker,
  spec: NodeSpec,
  containerId: string | undefined,
  cause: unknown,
): Promise<void> {
  let last = cause;
  if (containerId !== undefined && /port is already allocated|address already in use/i.test(messageOf(cause))) {
    try {
      await startOrder(docker.getContainer(containerId));
      return;
    } catch (error) {
      last = error;
    }
  }
  const lines = containerId === undefined ? "" : await lastLines(docker.getContainer(containerId));
  throw new LabError({
    code: "node-failed",
    message: `${spec.name} did not start: ${messageOf(last)}${lines === "" ? "" : `\nIts last lines:\n${lines}`}`,
    cause: last,
  });
}
