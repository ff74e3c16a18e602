/** Convergence: after the last heal, all replicas are equal in time. Definitions: docs/checks.md. */
import { eventsOf } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import { finding } from "./evidence.ts";
import { defineCheck } from "./define.ts";
import type { LimitSpec } from "./define.ts";
import { duration, name } from "./fields.ts";
import { undecided } from "./settled.ts";
import type { Finding } from "./types.ts";

/** After the last heal, the cluster's replicas were seen equal within the limit. */
export type ConvergenceSpec = LimitSpec<"convergence">;

export const convergence = defineCheck<ConvergenceSpec>({
  check: "convergence",
  sentence: "after the last heal all replicas of a cluster are equal in time",
  fields: { of: name("the cluster"), within: duration("from the last heal to replicas that are equal, at most") },
  example: { of: "kafka", within: seconds(30) },
  judge: checkConvergence,
});

/**
 * Final in a record that ends early, once the lab had healed all: replicas that were equal too late, or unequal after
 * the limit. Before, another heal may follow, from which it counts.
 */
function checkConvergence(spec: ConvergenceSpec, journal: Journal): Finding {
  const heals = eventsOf(journal, "fault-healed").map(({ atMs }) => atMs);
  const phases = eventsOf(journal, "phase");
  /** What follows the phase in which the lab heals what is left: nothing is broken any more. */
  const afterHealing = phases.find((_, i) => phases[i - 1]?.phase === "heal");
  const healedMs = Math.max(...heals, afterHealing?.atMs ?? -Infinity);
  if (healedMs === -Infinity) return finding("unknown", "nothing was healed, so there is nothing to converge from");
  const probes = eventsOf(journal, "converged").filter(({ cluster, atMs }) => cluster === spec.of && atMs >= healedMs);
  const last = probes.at(-1);
  if (last === undefined) return finding("unknown", `the replicas of ${spec.of} were not compared after the last heal`);
  const evidence = probes.map(({ atMs, equal, measured }) => ({
    what: `${spec.of} ${equal ? "equal" : "not equal"}: ${measured}`,
    atMs,
  }));

  // What decides is the first comparison from which on they were equal, or the last one, where they were not.
  const lastUnequal = probes.findLastIndex(({ equal }) => !equal);
  const convergenceMs = (probes[lastUnequal + 1] ?? last).atMs - healedMs;
  const inTime = convergenceMs <= spec.within;
  const limit = formatDuration(spec.within);
  if (!last.equal && inTime) {
    const told = `the replicas of ${spec.of} were not equal when they were last compared, though still in time (${limit}): ${last.measured}`;
    return finding("unknown", told, {}, evidence);
  }
  const told = last.equal
    ? `equal ${formatDuration(convergenceMs)} after the last heal, wanted ${limit}`
    : `not equal: ${last.measured}`;
  const found = finding(
    inTime ? "held" : "violated",
    `the replicas of ${spec.of} were ${told}`,
    { ...(last.equal ? { convergenceMs } : {}), anomalies: inTime ? 0 : 1 },
    evidence,
  );
  return inTime || journal.finished || afterHealing !== undefined ? found : undecided(found);
}
