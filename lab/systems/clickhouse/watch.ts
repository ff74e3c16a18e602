/** The watcher: which replicas are read-only and which lag, journalled when it changes. */
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds } from "../../time.ts";
import { replicasOn } from "./state.ts";
import type { ClickHouseNode } from "./state.ts";

const PERIOD = milliseconds(500);
/** Entries to copy and merge; in calm there are a few at any moment. */
const LAG = 10;

/**
 * Looks twice a second until disposed, and journals each change of the observations
 * `read-only replicas` (servers with a table that takes no inserts), `replicas that lag` (servers with more than ten
 * entries to copy and merge) and `queue on NODE` (how many entries there are).
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
  const lagging = new Set<string>();
  const put = (set: Set<string>, name: string, is: boolean): void => {
    if (is) set.add(name);
    else set.delete(name);
  };
  const look = async (node: ClickHouseNode): Promise<void> => {
    const replicas = await replicasOn(node);
    const queue = replicas.reduce((sum, each) => sum + each.queue, 0);
    put(
      readOnly,
      node.member.name,
      replicas.some((replica) => replica.readOnly),
    );
    put(lagging, node.member.name, queue > LAG);
    observe(`queue on ${node.member.name}`, queue);
  };
  return every(PERIOD, async () => {
    await Promise.allSettled(nodes().map(look));
    observe("read-only replicas", readOnly.size);
    observe("replicas that lag", lagging.size);
  });
}
