/** The watcher: which replicas are read-only and which lag, journalled when it changes. */
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds } from "../../time.ts";
import { replicasOn } from "./state.ts";
import type { ClickHouseNode } from "./state.ts";

const PERIOD = milliseconds(500);

/**
 * Looks twice a second until disposed, and journals each change of the observations
 * `read-only replicas` (servers with a table that takes no inserts) and `queue on NODE` (what it has still to copy and merge).
 * Of a server that does not answer, what was seen last stands.
 */
export function watchReplicas(nodes: () => readonly ClickHouseNode[], recorder: Recorder): Disposable {
  const seen = new Map<string, number>();
  const observe = (subject: string, value: number): void => {
    if (seen.get(subject) === value) return;
    seen.set(subject, value);
    recorder.event({ type: "observation", subject, value });
  };
  const readOnly = new Set<string>();
  const look = async (node: ClickHouseNode): Promise<void> => {
    const replicas = await replicasOn(node);
    if (replicas.some((replica) => replica.readOnly)) readOnly.add(node.member.name);
    else readOnly.delete(node.member.name);
    observe(
      `queue on ${node.member.name}`,
      replicas.reduce((sum, { queue }) => sum + queue, 0),
    );
  };
  return every(PERIOD, async () => {
    await Promise.allSettled(nodes().map(look));
    observe("read-only replicas", readOnly.size);
  });
}
