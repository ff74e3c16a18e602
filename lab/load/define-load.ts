/**
 * A kind of load, as one value: what its spec holds, which cluster it goes to, what one operation of it is, and how it
 * is started. A system's folder defines its own; lab/systems/loads.ts lists them. docs/add-a-load.md walks through one.
 */
import { boundsOf } from "../bounds.ts";
import type { LabError } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { Random } from "../random.ts";
import { milliseconds, type Duration, type Rate, type RunClock } from "../time.ts";
import { fillAll, problemsOf, schemaOf, type Fields, type Problem, type Schema } from "../fields.ts";
import type { AnyLoadSpec, RunningLoad, StartedLoad } from "./types.ts";

/** What a load's builder is given: the fields named by `R`, and whichever others are to be other than usual. */
export type Given<S extends AnyLoadSpec, R extends keyof S> = Pick<S, R> & {
  readonly [F in keyof Omit<S, R | "kind">]?: Part<S[F]>;
};

/** A field in fields may be given in part. Spans and rates are numbers, whatever else their type says. */
type Part<V> = V extends number | string | boolean | undefined ? V : Partial<V>;

/** A load's spec as data: its fields, their limits and defaults. Knows no cluster. */
export interface SpecKind<S extends AnyLoadSpec, R extends keyof S = "to"> {
  readonly kind: S["kind"];
  /** The JSON schema of the whole spec, as plan.json has it. */
  readonly schema: Schema;
  /** What a scenario calls. @throws LabError `bad-scenario` naming the first field that cannot be */
  readonly build: (given: Given<S, R>) => S;
  /** All that is wrong with what may be a spec of this kind, also after a mutant's change. */
  readonly problems: (spec: object) => readonly Problem[];
  /** @throws LabError `bad-scenario` naming the first field that cannot be */
  readonly check: (spec: S) => void;
}

export interface SpecOptions<S extends AnyLoadSpec> {
  /** The builder's name as scenarios write it. */
  readonly kind: S["kind"];
  readonly fields: Fields<S>;
  /** What several fields come to together; asked when each by itself is in order. */
  readonly together?: (spec: S) => Problem | undefined;
}

/** `R`: the fields that a scenario must give. */
export function defineSpec<S extends AnyLoadSpec, R extends keyof S = "to">(options: SpecOptions<S>): SpecKind<S, R> {
  const { kind, together } = options;
  const fields = options.fields as Parameters<typeof problemsOf>[0];
  const { properties, required, ...rest } = schemaOf(fields) as { properties: object; required: readonly string[] };
  const problems = ({ kind: said, ...held }: object & { readonly kind?: unknown }): readonly Problem[] => {
    const found = problemsOf(fields, held);
    if (found.length > 0 || together === undefined) return found;
    // Every field was found to hold what its type says.
    const both = together({ kind: said, ...held } as unknown as S);
    return both === undefined ? [] : [both];
  };
  const check = (spec: S): void => {
    const [first] = problems({ ...spec });
    if (first !== undefined) throw badSpec(kind, first);
  };
  return {
    kind,
    schema: { ...rest, required: ["kind", ...required], properties: { kind: { const: kind }, ...properties } },
    problems,
    check,
    build(given) {
      // The defaults are of the fields' types, and whatever else was given is found wrong by the check.
      const spec = { kind, ...fillAll(fields, { ...given }) } as unknown as S;
      check(spec);
      return spec;
    },
  };
}

const badSpec = (kind: string, { field, what, hint }: Problem): LabError => boundsOf(kind).bad(field, what, hint);

/** The cluster that a load goes to, as far as every load knows it. */
export interface LoadTarget {
  readonly name: string;
  readonly system: string;
}

/**
 * What a load is started with. `random` is its own stream, which follows from the run's seed and the load's name; what
 * an operation draws, it draws from `operationRandom`, so that it does not hang on which operation came first.
 */
export interface LoadStart<S extends AnyLoadSpec, C extends LoadTarget> {
  readonly name: string;
  readonly part: LoadPart;
  readonly spec: S;
  readonly cluster: C;
  readonly recorder: Recorder;
  readonly clock: RunClock;
  readonly random: Random;
}

/** What a load falls into, and which column of its operations says which: a load recovers when its last part does. */
export interface LoadPart {
  /** In words: `partition`, `shard`, `register`. */
  readonly one: string;
  readonly column: "partition" | "key" | "client";
  /** What one operation in the journal is, in one word: `row`. Absent: what one operation of the schedule is. */
  readonly unit?: string;
  /** What one operation of the schedule is, in words; the load's `operation`. */
  readonly operation?: string;
}

/** What a load can be asked about, so that a scenario that asks otherwise is refused before anything starts. */
export interface LoadWords<S extends AnyLoadSpec> {
  /** What its operations are called, each with the share of all that are so. */
  actions(spec: S): Readonly<Record<string, number>>;
  /** The checks of whole histories that its history is made for. */
  readonly checks: readonly string[];
  /** Clients that a fault can kill, each a process of its own; none where it is not said. */
  clients?(spec: S): readonly string[];
  /** What is watched of it, `LOAD` for its name, and what the values are; nothing where it is not said. */
  readonly subjects?: readonly { readonly subject: string; readonly values: string }[];
}

/** Something of a cluster that a load needs to be there: the topic `events` of `kafka`. */
export interface Needed {
  readonly cluster: string;
  readonly system: string;
  /** What of the cluster, in its system's word: `topic`, `bucket`, `table`; absent: the cluster alone. */
  readonly what?: string;
  readonly name?: string;
}

export interface LoadOptions<S extends AnyLoadSpec, C extends LoadTarget, R extends keyof S> {
  readonly spec: SpecKind<S, R>;
  /** The system of the cluster that `to` begins with. */
  readonly system: C["system"];
  /** What one operation of the schedule is, in words: `a record`, `a block of rows`. */
  readonly operation: string;
  readonly part: LoadPart;
  readonly words: LoadWords<S>;
  /** The clusters beside the one of `to`, and what of any of them, must be there. */
  needs?(spec: S): readonly Needed[];
  /** How long one operation takes in a cluster that is well, on the machine that the bounds were measured on. */
  usual(spec: S): Duration;
  /** How many operations are under way at most; beyond, they wait for one another. */
  side(spec: S): number;
  start(options: LoadStart<S, C>): Promise<StartedLoad>;
}

/** A kind of load. `L` is what a script gets of it under way. */
export interface LoadKind<
  S extends AnyLoadSpec = AnyLoadSpec,
  C extends LoadTarget = LoadTarget,
  L extends RunningLoad = RunningLoad,
> {
  readonly kind: S["kind"];
  readonly system: C["system"];
  readonly schema: Schema;
  readonly operation: string;
  readonly part: LoadPart;
  readonly words: Required<LoadWords<S>>;
  /** All that is wrong with what may be a spec of this kind. */
  problems(spec: object): readonly Problem[];
  /** All that must be there; the cluster of `to` first. */
  needs(spec: S): readonly Needed[];
  pace(spec: S): Pace;
  /** @throws LabError `load-failed`; `bad-scenario` when something that it needs is not there */
  start(options: Omit<LoadStart<S, C>, "part">): Promise<StartedLoad & L>;
}

/** How quickly a load goes in a cluster that is well. */
export interface Pace {
  /** Operations that end, a second: as many as are intended, or as can be served where that is fewer. */
  readonly perSecond: Rate;
  /** How long one takes where nothing is broken. */
  readonly usual: Duration;
  /** From an operation's beginning to its outcome, at most. */
  readonly longest: Duration;
}

/** `L`: what a script gets of it beyond what all loads have. */
export function defineLoad<
  S extends AnyLoadSpec,
  C extends LoadTarget,
  L extends RunningLoad = RunningLoad,
  R extends keyof S = "to",
>(
  options: Omit<LoadOptions<S, C, R>, "start"> & { start(options: LoadStart<S, C>): Promise<StartedLoad & L> },
): LoadKind<S, C, L> {
  const { spec: data, system, operation, part, words } = options;
  return {
    kind: data.kind,
    system,
    schema: data.schema,
    operation,
    part,
    words: {
      actions: (spec) => words.actions(spec),
      checks: words.checks,
      clients: (spec) => words.clients?.(spec) ?? [],
      subjects: words.subjects ?? [],
    },
    problems: (spec) => data.problems(spec),
    needs: (spec) => options.needs?.(spec) ?? [{ cluster: clusterOf(spec), system }],
    pace(spec) {
      const usual = options.usual(spec);
      const servedPerSecond = (options.side(spec) * 1_000) / usual;
      return { perSecond: Math.min(spec.rate, servedPerSecond) as Rate, usual, longest: spec.timeout };
    },
    start(given) {
      data.check(given.spec);
      return options.start({ ...given, part: { unit: operation.replace(/^an? /, ""), ...part, operation } });
    },
  };
}

/** The chance of one operation of a load, by its number: the same whatever the others drew, and in whatever order. */
export const operationRandom = (load: Random, number: number): Random => load.fork(`operation ${number}`);

/** The cluster of `kafka.events`. */
export const clusterOf = ({ to }: Pick<AnyLoadSpec, "to">): string => to.split(".", 1)[0] ?? to;

/** What of the cluster, of `kafka.events`: all after the first dot. */
export const placeOf = ({ to }: Pick<AnyLoadSpec, "to">): string => to.slice(to.indexOf(".") + 1);

/**
 * The shortest span in which so many operations of a load are intended and ended, in a cluster that is well; what a
 * scenario calls steady must be no shorter, or nothing can be seen in it.
 */
export const shortestFor = (operations: number, { perSecond, usual }: Pace): Duration =>
  milliseconds((operations * 1_000) / perSecond + usual);
