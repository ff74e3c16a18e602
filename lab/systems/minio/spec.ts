/** A MinIO cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { about, settings, text, whole } from "../../fields.ts";
import { knobsOf, MINIO_PROFILES, type Profile } from "../profiles.ts";
import { specKind } from "../spec-kind.ts";
import type { AnySpec } from "../types.ts";

export interface MinioSpec extends AnySpec {
  readonly system: "minio";
  /** Nodes of one pool. */
  readonly nodes: number;
  /** Drives of each node. All drives of a pool are one erasure set. */
  readonly drives: number;
  /** How many of a set's drives may be lost; the same number of parity blocks is written with each object. */
  readonly parity: number;
  /** Pools of `nodes` nodes each. */
  readonly pools: number;
  /** The folder in schemas/ whose buckets, policies and users are deployed. */
  readonly schema: string;
  readonly region: string;
  readonly rootUser: string;
  readonly rootPassword: string;
  /** Shards of objects up to this size are kept with their metadata, in one file a drive. */
  readonly inlineKb: number;
  /** Requests that a node serves at a time, the others wait; 0: as many as MinIO thinks fit for its memory. */
  readonly requestsMax: number;
  /** Further settings of every node's environment, in MinIO's own names; they win over the lab's. */
  readonly config: Readonly<Record<string, string>>;
  readonly memoryMb: number;
}

export type MinioOptions = Partial<Omit<MinioSpec, "system">> & {
  /** Settings for a `laptop` (the default) or for `production`; what is named beside it wins. */
  readonly profile?: Profile;
};

/** MinIO's own choice of parity by the size of an erasure set. Source: MinIO's documentation, "Erasure Coding". */
const defaultParity = (drives: number): number =>
  drives < 2 ? 0 : drives < 4 ? 1 : drives < 6 ? 2 : drives < 8 ? 3 : 4;

export const MOST_POOLS = 4;

export const minioSpec = specKind<MinioSpec>({
  system: "minio",
  builder: "minioCluster",
  fields: {
    nodes: about("nodes of one pool", whole({ least: 1, most: 16, otherwise: 4 })),
    drives: about(
      "drives of each node; all drives of a pool are one erasure set",
      whole({ least: 1, most: 16, otherwise: 2 }),
    ),
    parity: about("how many of a set's drives may be lost", whole({ least: 0, most: 8 })),
    pools: about("pools of `nodes` nodes each", whole({ least: 1, most: MOST_POOLS, otherwise: 1 })),
    schema: about(
      "the folder in schemas/ whose buckets, policies and users are deployed",
      text(/^[a-z0-9-]+$/, "name a folder in schemas/", "minio"),
    ),
    region: about("the region that clients name", text(/^[a-z0-9-]+$/, 'use a name such as "us-east-1"', "us-east-1")),
    rootUser: about("who may do all", text(/^\S{3,}$/, "MinIO wants 3 characters or more", "lab-root")),
    rootPassword: about("their password", text(/^\S{8,}$/, "MinIO wants 8 characters or more", "lab-root-secret")),
    inlineKb: about(
      "shards of objects up to this size, in KiB, are kept with their metadata, in one file a drive",
      whole({ least: 0, most: 1_024 }),
    ),
    requestsMax: about(
      "requests that a node serves at a time, the others wait; 0: as many as MinIO thinks fit for its memory",
      whole({ least: 0, most: 10_000 }),
    ),
    config: about("further settings of every node's environment, in MinIO's own names", settings()),
    memoryMb: about("the most that a node may take, in MiB", whole({ least: 384, most: 65_536 })),
  },
  together({ nodes, drives, parity }) {
    const set = nodes * drives;
    if (set < 2 || set > 16) {
      const hint = "use 2 to 16 drives in all: the lab keeps a pool to one erasure set";
      return { field: "nodes × drives", what: `is ${set}`, hint };
    }
    if (parity <= set / 2) return undefined;
    const hint = `use a whole number from 0 to ${Math.floor(set / 2)} (half of ${set} drives)`;
    return { field: "parity", what: `is ${parity}`, hint };
  },
});

/**
 * A MinIO cluster with sensible defaults: one pool of four nodes with two drives each, MinIO's parity for so many
 * drives (4 of 8), and the lab's buckets, policies and users of schemas/minio.
 * @throws LabError `bad-scenario` naming the field.
 */
export function minioCluster({ profile = "laptop", ...options }: MinioOptions = {}): MinioSpec {
  const { nodes = 4, drives = 2 } = options;
  const parity = defaultParity(nodes * drives);
  const spec = minioSpec.fill({ parity, ...knobsOf("minioCluster", MINIO_PROFILES, profile), ...options });
  minioSpec.check(spec);
  return spec;
}

/** A cluster in a few words: `4 nodes of 2 drives, 4 drives to read and 5 to write`. */
export function describeMinio(spec: MinioSpec): string {
  const { read, write } = quorumsOf(spec);
  const pools = spec.pools === 1 ? "" : ` in each of ${spec.pools} pools`;
  return `${spec.nodes} nodes of ${spec.drives} drives${pools}, ${read} drives to read and ${write} to write`;
}

/** Drives that must be there to read and to write. Source: MinIO's documentation, "Erasure Coding", quorums. */
export function quorumsOf({ nodes, drives, parity }: MinioSpec): { readonly read: number; readonly write: number } {
  const data = nodes * drives - parity;
  return { read: data, write: data === parity ? data + 1 : data };
}
