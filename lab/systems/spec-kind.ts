/** A cluster's spec as data: its fields with bounds, defaults, and the JSON schema that they make. Pure. */
import { boundsOf } from "../bounds.ts";
import {
  about,
  fillAll,
  list,
  optional,
  problemsOf,
  schemaOf,
  text,
  type Field,
  type Fields,
  type Problem,
  type Schema,
} from "../fields.ts";
import type { AnySpec } from "./types.ts";

export interface SpecKind<S extends AnySpec> {
  readonly system: S["system"];
  /** The builder's name, as scenarios write it. */
  readonly builder: string;
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** The JSON schema of the whole spec, as plan.json has it. */
  readonly schema: Schema;
  /** What was given, with all else filled in; nothing is refused yet. */
  fill(given: object): S;
  /** All that is wrong with what may be a spec of this system, also after a mutant's change. */
  problems(spec: object): readonly Problem[];
  /** @throws LabError `bad-scenario` naming the first field that cannot be */
  check(spec: S): void;
}

/** The name of another cluster of the topology. */
export const clusterName = (otherwise?: string): Field<string> =>
  text(/^[a-z][a-z0-9-]*$/i, "name a cluster of the topology", otherwise);

export interface SpecOptions<S extends AnySpec> {
  readonly system: S["system"];
  readonly builder: string;
  readonly fields: Fields<Omit<S, "networks">>;
  /** What several fields come to together; asked when each by itself is in order. */
  readonly together?: (spec: S) => Problem | undefined;
}

const networks = about(
  "the run's networks that its nodes sit on; none: the run's own",
  optional(list(text(/^[a-z][a-z0-9-]*$/, "begin with a small letter; then small letters, digits and hyphens"))),
);

export function specKind<S extends AnySpec>({ system, builder, fields, together }: SpecOptions<S>): SpecKind<S> {
  const all: Readonly<Record<string, Field<unknown>>> = { ...fields, networks };
  const { properties, required, ...rest } = schemaOf(all) as { properties: object; required: readonly string[] };
  const problems = ({ system: said, ...held }: object & { readonly system?: unknown }): readonly Problem[] => {
    const found = problemsOf(all, held);
    if (found.length > 0 || together === undefined) return found;
    // Every field was found to hold what its type says.
    const both = together({ system: said, ...held } as unknown as S);
    return both === undefined ? [] : [both];
  };
  return {
    system,
    builder,
    fields: all,
    schema: { ...rest, required: ["system", ...required], properties: { system: { const: system }, ...properties } },
    // Whatever else was given is found wrong by the check.
    fill: (given) => ({ system, ...fillAll(all, { ...given }) }) as unknown as S,
    problems,
    check(spec) {
      const [first] = problems({ ...spec });
      if (first !== undefined) throw boundsOf(builder).bad(first.field, first.what, first.hint);
    },
  };
}
