/**
 * Are all replicas of each partition the same, by content?
 *
 * A follower copies its leader's record batches byte for byte, leader epochs included. So the segments of a partition's
 * replicas, put one after another, are the same bytes wherever they were rolled; their hash and size are compared.
 * (Not so for compacted topics, which each replica compacts by itself.)
 */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { seconds } from "../../time.ts";
import { DATA_FOLDER } from "./layout.ts";
import type { ClusterMetadata } from "./messages.ts";

export interface ReplicaContent {
  readonly node: string;
  /** `events-0` */
  readonly partition: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Hashes the logs of the given partitions on one node, with one command. @throws LabError `node-failed` */
export async function readContents(node: Node, partitions: readonly string[]): Promise<ReplicaContent[]> {
  const script = `cd ${DATA_FOLDER} || exit 1
for partition in "$@"; do
  set -- "$partition"/*.log
  [ -f "$1" ] || exit 2
  echo "$partition $(cat "$@" | sha256sum | cut -d' ' -f1) $(cat "$@" | wc -c)"
done`;
  const { exitCode, stdout, stderr } = await node.exec(["sh", "-c", script, "sh", ...partitions], {
    within: seconds(30),
  });
  if (exitCode !== 0) {
    throw new LabError({
      code: "node-failed",
      message: `logs on ${node.name} could not be read: ${stderr || `exit code ${exitCode}`}`,
    });
  }
  return parseContents(node.name, stdout);
}

export function parseContents(node: string, output: string): ReplicaContent[] {
  return output
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [partition = "", sha256 = "", size = ""] = line.split(" ");
      return { node, partition, sha256, sizeBytes: Number(size) };
    });
}

/** The partitions that a broker is to have a replica of, as Kafka names their folders. */
export const partitionsOn = (metadata: ClusterMetadata, broker: number): string[] =>
  metadata.partitions
    .filter(({ replicas }) => replicas.includes(broker))
    .map(({ topic, partition }) => `${topic}-${partition}`);

/** What differs, as one sentence; undefined when all replicas of each partition are equal. */
export function differenceBetween(contents: readonly ReplicaContent[]): string | undefined {
  const byPartition = Map.groupBy(contents, ({ partition }) => partition);
  for (const [partition, replicas] of byPartition) {
    if (new Set(replicas.map(({ sha256 }) => sha256)).size > 1) {
      const sizes = replicas.map(({ node, sizeBytes, sha256 }) => `${node} ${sizeBytes} bytes (${sha256.slice(0, 8)})`);
      return `${partition} differs: ${sizes.join(", ")}`;
    }
  }
  return undefined;
}
