/** Many runs of a few scenarios and mutants over several nights, as their folders would tell them; made up from the samples. */
import type { Plan, VerdictFile } from "../../lab/run-folder/run-folder.ts";
import { heldRun, unknownRun, violatedRun } from "./sample-runs.ts";

const SYSTEMS = ["kafka", "clickhouse", "minio", "spark", "zookeeper"];
const SCENARIOS_A_SYSTEM = 5;
/** Scenarios, and one mutant of each. */
const A_NIGHT = SYSTEMS.length * SCENARIOS_A_SYSTEM * 2;

/** A plan and its verdict. */
export interface Judged {
  readonly plan: Plan;
  readonly verdict: VerdictFile;
}

const two = (value: number): string => String(value).padStart(2, "0");

/** `count` runs, 50 a night, the oldest first; one of seven is not well. */
export function manyRuns(count: number): readonly Judged[] {
  const samples = { held: heldRun(100), unknown: unknownRun(100), violated: violatedRun(100) };
  const mutant = samples.violated.plan.mutant;
  const nights = Math.ceil(count / A_NIGHT);
  return Array.from({ length: count }, (_, number): Judged => {
    const night = Math.floor(number / A_NIGHT);
    const place = number % A_NIGHT;
    const isMutant = place >= A_NIGHT / 2;
    const which = place % (A_NIGHT / 2);
    const scenario = `${SYSTEMS[which % SYSTEMS.length] ?? ""}/scenario-${Math.floor(which / SYSTEMS.length)}`;
    const isWell = (number * 31) % 7 !== 0;
    const startedAt = `2026-10-${two(31 - nights + night)}T0${2 + Math.floor(place / 20)}:${two((place % 20) * 3)}:00.000Z`;
    const run = `${startedAt.replace(/[-:]/g, "").slice(0, 15)}-${scenario.replace("/", "-")}-${number}`;
    const own = { run, scenario, seed: number, startedAt };
    if (isMutant && mutant !== undefined) {
      const { plan, verdict } = isWell ? samples.violated : samples.held;
      return { plan: { ...plan, ...own, mutant }, verdict: { ...verdict, ...own, mutant: mutant.name } };
    }
    const { plan, verdict } = isWell ? samples.held : samples.unknown;
    return { plan: { ...plan, ...own }, verdict: { ...verdict, ...own } };
  });
}
