/** A MinIO cluster as data: what a scenario says, with defaults filled in and mistakes named. */
import { boundsOf } from "../../bounds.ts";
import { MINIO_PROFILES, type Profile } from "../profiles.ts";

const { bad, wholeNumber } = boundsOf("minioCluster");

export interface MinioSpec {
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

/**
 * A MinIO cluster with sensible defaults: one pool of four nodes with two drives each, MinIO's parity for so many
 * drives (4 of 8), and the lab's buckets, policies and users of schemas/minio.
 * @throws LabError `bad-scenario` naming the field.
 */
export function minioCluster(options: MinioOptions = {}): MinioSpec {
  const profile = MINIO_PROFILES[options.profile ?? "laptop"];
  const nodes = options.nodes ?? 4;
  const drives = options.drives ?? 2;
  const spec: MinioSpec = {
    system: "minio",
    nodes,
    drives,
    parity: options.parity ?? defaultParity(nodes * drives),
    pools: options.pools ?? 1,
    schema: options.schema ?? "minio",
    region: options.region ?? "us-east-1",
    rootUser: options.rootUser ?? "lab-root",
    rootPassword: options.rootPassword ?? "lab-root-secret",
    inlineKb: options.inlineKb ?? profile.inlineKb,
    requestsMax: options.requestsMax ?? profile.requestsMax,
    config: options.config ?? {},
    memoryMb: options.memoryMb ?? profile.memoryMb,
  };
  checkMinioSpec(spec);
  return spec;
}

export const MOST_POOLS = 4;

/** @throws LabError `bad-scenario` naming the first field that can not be. */
export function checkMinioSpec(spec: MinioSpec): void {
  wholeNumber("nodes", spec.nodes, 1, 16);
  wholeNumber("drives", spec.drives, 1, 16);
  const set = spec.nodes * spec.drives;
  if (set < 2 || set > 16) {
    throw bad("nodes × drives", `is ${set}`, "use 2 to 16 drives in all: the lab keeps a pool to one erasure set");
  }
  wholeNumber("parity", spec.parity, 0, Math.floor(set / 2), `half of ${set} drives`);
  wholeNumber("pools", spec.pools, 1, MOST_POOLS);
  wholeNumber("requestsMax", spec.requestsMax, 0, 10_000);
  wholeNumber("inlineKb", spec.inlineKb, 0, 1_024);
  wholeNumber("memoryMb", spec.memoryMb, 384, 65_536);
  if (!/^[a-z0-9-]+$/.test(spec.schema)) throw bad("schema", `is "${spec.schema}"`, "name a folder in schemas/");
  if (spec.rootUser.length < 3) throw bad("rootUser", "is too short", "MinIO wants 3 characters or more");
  if (spec.rootPassword.length < 8) throw bad("rootPassword", "is too short", "MinIO wants 8 characters or more");
}

/** Drives that must be there to read and to write. Source: MinIO's documentation, "Erasure Coding", quorums. */
export function quorumsOf({ nodes, drives, parity }: MinioSpec): { readonly read: number; readonly write: number } {
  const data = nodes * drives - parity;
  return { read: data, write: data === parity ? data + 1 : data };
}
