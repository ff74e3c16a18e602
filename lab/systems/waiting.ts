/** Waiting until a whole cluster is ready. The same for every system. */
import type { Node } from "../engine/types.ts";
import { LabError, messageOf } from "../errors.ts";
import { every, milliseconds, seconds, waitFor } from "../time.ts";
import type { Duration, Look } from "../time.ts";

const LOOK_EVERY = milliseconds(50);

export interface ReadyOptions {
  /** The cluster, for messages: `zookeeper (3 members)`. */
  readonly what: string;
  readonly nodes: readonly Node[];
  readonly within: Duration;
  /** One look by protocol. */
  readonly look: () => Promise<Look<true>>;
}

/**
 * Looks until the cluster is ready; gives up at once when a node has ended, as it does not come back by itself.
 * @throws LabError `cluster-not-ready` with what was seen last and each node's last log lines.
 */
export async function waitReady({ what, nodes, within, look }: ReadyOptions): Promise<void> {
  const ended = new AbortController();
  using _ = every(seconds(1), () =>
    refuseExited(nodes).catch((error: unknown) => {
      ended.abort(error);
    }),
  );
  try {
    await waitFor(`${what} to be ready`, look, { within, every: LOOK_EVERY, signal: ended.signal });
  } catch (error) {
    const logs = (await Promise.all(nodes.map(lastLines))).flat();
    throw new LabError({
      code: "cluster-not-ready",
      message: [`${what} is not ready: ${messageOf(error)}`, ...logs].join("\n"),
      hint: "the nodes' last lines above usually say why; `lab doctor` shows whether memory or disk is short",
      cause: error,
    });
  }
}

/** @throws LabError `node-failed` when a node has ended: it does not come back by itself. */
async function refuseExited(nodes: readonly Node[]): Promise<void> {
  const states = await Promise.all(nodes.map(async (node) => ({ name: node.name, state: await node.state() })));
  const ended = states.filter(({ state }) => state.status === "exited" || state.status === "gone");
  if (ended.length === 0) return;
  const list = ended.map(({ name, state }) =>
    state.status === "gone"
      ? `${name} was removed`
      : `${name} exited with code ${state.exitCode ?? "unknown"}${state.outOfMemory ? " (out of memory)" : ""}`,
  );
  throw new LabError({ code: "node-failed", message: list.join(", ") });
}

/** None of a node that was taken away, as when its set-up was interrupted: its log went with it. */
async function lastLines(node: Node): Promise<readonly string[]> {
  const { status } = await node.state().catch(() => ({ status: "unknown" }));
  if (status === "gone") return [];
  const lines = await node.logs({ tail: 12 }).catch((error: unknown) => `(no log: ${messageOf(error)})`);
  return [`--- ${node.name}\n${lines.trimEnd()}`];
}

/** Nobody holds the role that a phrase names. */
export const nobody = (role: string, seen?: string): LabError =>
  new LabError({
    code: "fault-failed",
    message: `there is no ${role} now${seen === undefined || seen === "" ? "" : `: ${seen}`}`,
    hint: "wait for the role to be taken before you name it",
  });
