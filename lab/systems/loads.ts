/** The loads that the lab can offer: each system's own. */
import { LabError } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import { clusterOf, type LoadKind, type LoadTarget } from "../load/index.ts";
import type { AnyLoadSpec, RunningLoad, StartedLoad } from "../load/index.ts";
import type { Random } from "../random.ts";
import type { RunClock } from "../time.ts";
import { rowsLoad } from "./clickhouse/load/index.ts";
import { produceLoad } from "./kafka/load/index.ts";
import { objectsLoad } from "./minio/load/index.ts";
import { batchesLoad } from "./spark/load/index.ts";
import { registersLoad } from "./zookeeper/load/index.ts";

export { rows } from "./clickhouse/load/rows-spec.ts";
export { produce } from "./kafka/load/produce-spec.ts";
export { objects } from "./minio/load/objects-spec.ts";
export { batches } from "./spark/load/batches-spec.ts";
export { registers } from "./zookeeper/load/register-spec.ts";

/** One line a kind. */
const LOADS = [registersLoad, rowsLoad, produceLoad, batchesLoad, objectsLoad] as const;

type Kinds = (typeof LOADS)[number];

/** A load of a scenario, as data. */
export type LoadSpec = Kinds extends infer K ? (K extends LoadKind<infer S, infer _C, infer _L> ? S : never) : never;

/** The load under way that a spec stands for. */
export type LoadOf<S> = Kinds extends infer K
  ? K extends LoadKind<infer T, infer _C, infer L>
    ? S extends T
      ? L
      : never
    : never
  : never;

/** All kinds, for what is the same of each: schemas, tables of docs, lists. */
export const loadKinds: readonly LoadKind[] = LOADS;

/** What a kind of load can be asked about; undefined for a kind that is not there. */
export const loadWordsOf = (kind: string): LoadKind["words"] | undefined =>
  loadKinds.find((each) => each.kind === kind)?.words;

/** @throws LabError `bad-scenario` for a kind that is not there */
export function loadKind({ kind }: Pick<AnyLoadSpec, "kind">): LoadKind {
  const found = loadKinds.find((each) => each.kind === kind);
  if (found !== undefined) return found;
  throw new LabError({
    code: "bad-scenario",
    message: `there is no load ${JSON.stringify(kind)}`,
    hint: `there is: ${loadKinds.map((each) => each.kind).join(", ")}`,
  });
}

export interface LoadOptions {
  readonly name: string;
  readonly spec: LoadSpec;
  readonly clusters: Readonly<Record<string, LoadTarget>>;
  readonly recorder: Recorder;
  readonly clock: RunClock;
  /** The run's own, of which the load gets a stream by its name. */
  readonly random: Random;
}

/** Starts whatever kind of load the spec is. @throws LabError `load-failed`; `bad-scenario` when it goes to a cluster that is not there. */
export async function startLoad({
  name,
  spec,
  clusters,
  random,
  ...context
}: LoadOptions): Promise<StartedLoad & RunningLoad> {
  const kind = loadKind(spec);
  const wanted = clusterOf(spec);
  const cluster = clusters[wanted];
  if (cluster?.system !== kind.system) {
    throw new LabError({
      code: "bad-scenario",
      message: `load ${name} goes to ${wanted}, which is ${cluster === undefined ? "not in the topology" : `no ${kind.system} cluster`}`,
      hint: `there is: ${Object.keys(clusters).join(", ")}`,
    });
  }
  return kind.start({ name, spec, cluster, random: random.fork(`load ${name}`), ...context });
}
