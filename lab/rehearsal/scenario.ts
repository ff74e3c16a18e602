/** What a scenario is: all data but its script. */
import type { CheckSpec } from "../checks/index.ts";
import type { ClusterOf, Topology } from "../systems/index.ts";
import { LabError } from "../errors.ts";
import type { FaultFront, Target } from "../faults/index.ts";
import type { LoadOf, LoadSpec } from "../systems/loads.ts";
import type { Random } from "../random.ts";
import type { Duration } from "../time.ts";

export type { Topology } from "../systems/index.ts";
export type Loads = Readonly<Record<string, LoadSpec>>;
/** A scenario's own switches, so that a mutant can take away a protection that lies in the script. */
export type Settings = Readonly<Record<string, string | number | boolean>>;

/** The kinds of a scenario's switches, as a mutant may set them to other values than the scenario does. */
type Widened<S> = {
  readonly [K in keyof S]: S[K] extends boolean ? boolean : S[K] extends number ? number : string;
};

export type DeepPartial<T> = T extends object ? { readonly [K in keyof T]?: DeepPartial<T[K]> } : T;

/** The same rehearsal with one protection taken away: it must be judged violated, by the expectation that it names. */
export interface Mutant<T, L, S, E extends string> {
  /** Merged over the scenario's data. */
  readonly change: DeepPartial<{ topology: T; load: L; settings: Widened<S> }>;
  readonly violates: E;
}

/** What a script is given: the started clusters by name, and the means to act. */
export type Stage<T extends Topology, L, S> = { readonly [K in keyof T]: ClusterOf<T[K]> } & {
  readonly load: { readonly [K in keyof L]: LoadOf<L[K]> };
  readonly fault: FaultFront;
  readonly random: Random;
  readonly settings: Widened<S>;
  /** Runs a named part of the script; its start and end are journalled, and expectations can be limited to it. */
  step<R>(name: string, action: () => R | Promise<R>): Promise<R>;
  /**
   * Waits until the lab has observed this value: of a role (`kafka leader of events/0`) or of something watched
   * (`in-sync replicas of events/0`). @throws LabError `wait-timeout` with the value seen last.
   */
  waitFor(subject: string, value: string | number | boolean, options: { readonly within: Duration }): Promise<void>;
  /** Journals a value of something watched, for `check.observed`. */
  observe(subject: string, value: string | number | boolean): void;
};

export interface ScenarioDefinition<T extends Topology, L extends Loads, S extends Settings, E extends string> {
  /** `SYSTEM/NAME`, like its file. */
  readonly id: string;
  /** One sentence: what is broken. */
  readonly title: string;
  /** Why it should hold. */
  readonly description: string;
  readonly topology: T;
  readonly load: L;
  /** Names for sets of nodes, so that faults can mean `region east`. */
  readonly regions?: Readonly<Record<string, Target>>;
  /** What its faults need beside its clusters, made before it starts: a delay needs `toxiproxy`. */
  readonly tools?: readonly "toxiproxy"[];
  readonly settings?: S;
  /**
   * What the experiment presupposes, and does not test: that parts were merged during each fault. Not met: the run is
   * `unknown`, never `violated`.
   */
  readonly assume?: Readonly<Record<string, CheckSpec>>;
  /** What the systems promise. */
  readonly expect: Readonly<Record<E, CheckSpec>>;
  /** Names of documents in schemas/slo. */
  readonly slos: readonly string[];
  readonly mutants: Readonly<Record<string, Mutant<T, L, S, NoInfer<E>>>>;
  run(stage: Stage<T, L, S>): Promise<void>;
}

/** A scenario with its types forgotten, as the runner, lists and reports handle it. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly topology: Topology;
  readonly load: Loads;
  readonly regions?: Readonly<Record<string, Target>>;
  readonly tools?: readonly "toxiproxy"[];
  readonly settings: Settings;
  readonly assume?: Readonly<Record<string, CheckSpec>>;
  readonly expect: Readonly<Record<string, CheckSpec>>;
  readonly slos: readonly string[];
  readonly mutants: Readonly<
    Record<string, { readonly change: Readonly<Record<string, unknown>>; readonly violates: string }>
  >;
  run(stage: Stage<Topology, Loads, Settings>): Promise<void>;
}

/**
 * Declares a scenario. A mutant that names an expectation which is not there does not compile.
 * @throws LabError `bad-scenario` for an id that is not `system/name`, no expectation, or no mutant.
 */
export function scenario<T extends Topology, L extends Loads, E extends string, S extends Settings = Settings>(
  definition: ScenarioDefinition<T, L, S, E>,
): Scenario {
  const given: unknown = definition;
  const broken = (what: string): never => {
    throw new LabError({
      code: "bad-scenario",
      message: `scenario ${isRecord(given) ? JSON.stringify(given["id"]) : String(given)}: ${what}`,
      hint: "docs/write-a-scenario.md shows a whole one",
    });
  };
  if (!isRecord(given)) return broken("it is no object");
  if (typeof given["run"] !== "function") broken("it has no script: run({ load, step, fault }) { … } is missing");
  for (const map of ["topology", "load", "expect", "mutants"])
    if (!isRecord(given[map])) broken(`its ${map} is not a map of names`);
  if (typeof given["id"] !== "string" || !/^[a-z0-9-]+\/[a-z0-9-]+$/.test(given["id"]))
    broken("its id must be SYSTEM/NAME in kebab-case, like its file");
  if (Object.keys(definition.expect).length === 0) broken("it expects nothing, so it could not fail");
  const both = Object.keys(definition.assume ?? {}).find((name) => name in definition.expect);
  if (both !== undefined) broken(`it both assumes and expects ${JSON.stringify(both)}`);
  if (Object.keys(definition.mutants).length === 0) broken("it has no mutant, so nobody has seen it red");
  return {
    ...definition,
    settings: definition.settings ?? {},
    mutants: definition.mutants,
    // The runner builds the stage from this same topology and load, so the narrower type is what it gets.
    run: (stage) => definition.run(stage as unknown as Stage<T, L, S>),
  };
}

/**
 * The scenario with a mutant's change merged over its data.
 * @throws LabError `bad-scenario` when the change names something that the scenario does not have.
 */
export function mutate(original: Scenario, mutantName: string): Scenario {
  const mutant = original.mutants[mutantName];
  if (mutant === undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `scenario ${original.id} has no mutant ${JSON.stringify(mutantName)}`,
      hint: `it has: ${Object.keys(original.mutants)
        .map((name) => JSON.stringify(name))
        .join(", ")}`,
    });
  }
  const { topology, load, settings } = original;
  const changed = merge({ topology, load, settings }, mutant.change, `mutant ${JSON.stringify(mutantName)}`);
  return { ...original, ...(changed as Pick<Scenario, "topology" | "load" | "settings">) };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Maps that take new keys; everywhere else a key that is not there is a mistake in the mutant. */
const OPEN_MAPS = new Set(["config"]);

function merge(base: unknown, change: unknown, path: string): unknown {
  if (!isRecord(base) || !isRecord(change)) return change;
  const open = OPEN_MAPS.has(path.slice(path.lastIndexOf(".") + 1));
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(change)) {
    if (!open && key !== "config" && !(key in base)) {
      throw new LabError({
        code: "bad-scenario",
        message: `${path}.${key}: the scenario has no such value to change`,
        hint: `there is: ${Object.keys(base).join(", ")}`,
      });
    }
    merged[key] = merge(base[key], value, `${path}.${key}`);
  }
  return merged;
}
