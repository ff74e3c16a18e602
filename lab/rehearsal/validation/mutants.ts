/** What is wrong with mutants themselves: what each changes, and what it must violate. */
import { isDeepStrictEqual } from "node:util";
import { mutate, type Scenario } from "../scenario.ts";
import { caught } from "./clusters.ts";
import { hintOf, type Problem } from "./problems.ts";

/** A mutant that can be made, or what keeps it from being made. */
export type Mutated =
  { readonly name: string; readonly scenario: Scenario } | { readonly problems: readonly Problem[] };

/** Every mutant of a scenario, made. */
export const mutantsOf = (scenario: Scenario): readonly Mutated[] =>
  Object.keys(scenario.mutants).map((name) => mutantOf(scenario, name));

function mutantOf(original: Scenario, name: string): Mutated {
  const path = ["mutants", name];
  let scenario: Scenario | undefined;
  const problems = caught([...path, "change"], () => {
    scenario = mutate(original, name);
  });
  if (scenario === undefined) {
    const own = problems.map((problem) => ({
      ...problem,
      what: problem.what.replace(/^mutant "(\\.|[^"])*"\./, "names "),
    }));
    return { problems: own };
  }
  const { topology, load, settings } = scenario;
  const before = { topology: original.topology, load: original.load, settings: original.settings };
  if (!isDeepStrictEqual({ topology, load, settings }, before)) return { name, scenario };
  const what = "changes nothing: what it says is what the scenario says already";
  const hint = 'take one protection away: change: { load: { events: { acks: "leader" } } }';
  return { problems: [{ path: [...path, "change"], what, hint }] };
}

/** Mutants that must violate what is no expectation. What a mutant violates is a promise, never an assumption. */
export function violatesProblems({ mutants, expect, assume = {} }: Scenario): readonly Problem[] {
  return Object.entries(mutants).flatMap(([name, { violates }]) => {
    if (Object.hasOwn(expect, violates)) return [];
    const hint = hintOf(violates, Object.keys(expect));
    const why = Object.hasOwn(assume, violates)
      ? "which is an assumption: not met, it makes a run unknown"
      : "which is no expectation";
    return [
      {
        path: ["mutants", name, "violates"],
        what: `names ${JSON.stringify(violates)}, ${why}`,
        hint,
        quoted: violates,
      },
    ];
  });
}
