/** Growing by a broker: it joins, and takes its share of the replicas, leaders among them, while the others serve. */
import { minutes, milliseconds, waitFor } from "../../time.ts";
import type { Look } from "../../time.ts";
import { withAdmin } from "./admin.ts";
import type { PartitionState } from "./messages.ts";

/** For the copying of what the new broker takes over. */
const MOVE_LIMIT = minutes(2);

/** A partition, and the brokers that are to have it from now on; of those in sync the first leads. */
export interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly replicas: readonly number[];
}

/**
 * What a broker that has just joined takes over: as many replicas as each has on average, from those that have the most,
 * and with them its share of the leaders. Nothing else moves.
 */
export function movesFor(joined: number, brokers: readonly number[], partitions: readonly PartitionState[]): Move[] {
  const load = new Map(brokers.map((id) => [id, 0]));
  for (const id of partitions.flatMap(({ replicas }) => replicas)) load.set(id, (load.get(id) ?? 0) + 1);
  const share = Math.floor(partitions.reduce((sum, { replicas }) => sum + replicas.length, 0) / load.size);
  let leadersLeft = Math.floor(partitions.length / load.size);
  const staying = new Set(partitions.filter(({ replicas }) => !replicas.includes(joined)));
  const moves: Move[] = [];
  for (let had = load.get(joined) ?? 0; had < share; had += 1) {
    const found = nextGiver(joined, load, [...staying], leadersLeft > 0);
    if (found === undefined) break;
    const { from, given } = found;
    const others = given.replicas.filter((id) => id !== from);
    const leads = given.leader === from;
    if (leads) leadersLeft -= 1;
    staying.delete(given);
    load.set(from, (load.get(from) ?? 0) - 1);
    const replicas = leads
      ? [joined, ...others]
      : [given.leader, ...others.filter((id) => id !== given.leader), joined];
    moves.push({ topic: given.topic, partition: given.partition, replicas });
  }
  return moves;
}

/** The fullest broker that can give a partition away, and which: one that it leads, where leaders are wanted. */
function nextGiver(
  joined: number,
  load: ReadonlyMap<number, number>,
  staying: readonly PartitionState[],
  leaders: boolean,
): { readonly from: number; readonly given: PartitionState } | undefined {
  const fullestFirst = [...load].filter(([id]) => id !== joined).toSorted(([, one], [, other]) => other - one);
  for (const [from] of fullestFirst) {
    // A partition without a leader is in trouble enough.
    const candidates = staying.filter(({ replicas, leader }) => leader >= 0 && replicas.includes(from));
    const given = candidates.find(({ leader }) => (leader === from) === leaders) ?? candidates[0];
    if (given !== undefined) return { from, given };
  }
  return undefined;
}

/** Orders the moves, and resolves when each partition is where it was to go, whole. @throws LabError `wait-timeout` */
export async function carryOut(
  moves: readonly Move[],
  brokers: readonly string[],
  partitions: () => Promise<readonly PartitionState[]>,
): Promise<void> {
  if (moves.length === 0) return;
  const topics = [...Map.groupBy(moves, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitionAssignment: ofTopic.map(({ partition, replicas }) => ({ partition, replicas: [...replicas] })),
  }));
  await withAdmin(brokers, (admin) => admin.alterPartitionReassignments({ topics }));
  const look = async (): Promise<Look<true>> => {
    const now = await partitions();
    const left = moves.filter((move) => !isDone(move, now));
    if (left.length === 0) return { reached: true };
    return { seen: `on their way: ${left.map(({ topic, partition }) => `${topic}/${partition}`).join(", ")}` };
  };
  await waitFor("the new broker to have its share of the replicas", look, {
    within: MOVE_LIMIT,
    every: milliseconds(200),
  });
}

function isDone({ topic, partition, replicas }: Move, now: readonly PartitionState[]): boolean {
  const found = now.find((each) => each.topic === topic && each.partition === partition);
  const inOrder = (ids: readonly number[]): string => ids.toSorted((a, b) => a - b).join();
  const same = (ids: readonly number[]): boolean => inOrder(ids) === inOrder(replicas);
  return found !== undefined && found.leader >= 0 && same(found.replicas) && same(found.inSync);
}
