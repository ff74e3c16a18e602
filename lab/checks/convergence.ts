/** Convergence: after the last heal, all replicas are equal in time. Definitions: docs/checks.md. */
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { finding } from "./evidence.ts";
import { eventsOf } from "../journal/types.ts";
import { defineCheck } from "./define.ts";
import { duration, name } from "./fields.ts";
import { settledTo, undecided } from "./settled.ts";
import type { Finding } from "./types.ts";

/** After the last heal, the cluster's replicas were seen equal within the limit. */
export interface ConvergenceSpec {
  readonly check: "convergence";
  readonly of: string;
  readonly within: Duration;
}

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
  const { healedMs, healingEnded } = wholeSince(journal);
  const isLastHeal = journal.finished || healingEnded;
  if (healedMs === undefined) return finding("unknown", "nothing was healed, so there is nothing to converge from");
  const probes = eventsOf(journal, "converged").filter(({ cluster, atMs }) => cluster === spec.of && atMs >= healedMs);
  const last = probes.at(-1);
  if (last === undefined) return finding("unknown", `the replicas of ${spec.of} were not compared after the last heal`);
  const evidence = probes.map(({ atMs, equal, measured }) => ({
    what: `${spec.of} ${equal ? "equal" : "not equal"}: ${measured}`,
    atMs,
  }));
  if (!last.equal) {
    const unequal = finding(
      "violated",
      `the replicas of ${spec.of} were not equal: ${last.measured}`,
      { anomalies: 1 },
      evidence,
    );
    return isLastHeal && settledTo(journal).eventsMs > healedMs + spec.within ? unequal : undecided(unequal);
  }
  const lastUnequal = probes.findLastIndex(({ equal }) => !equal);
  const convergenceMs = (probes[lastUnequal + 1] ?? last).atMs - healedMs;
  const inTime = convergenceMs <= spec.within;
  const summary = `the replicas of ${spec.of} were equal ${formatDuration(convergenceMs)} after the last heal, wanted ${formatDuration(spec.within)}`;
  const found = finding(inTime ? "held" : "violated", summary, { convergenceMs, anomalies: inTime ? 0 : 1 }, evidence);
  return inTime || isLastHeal ? found : undecided(found);
}

/** Since when nothing is broken any more: the last heal or, later, the end of the phase in which the lab heals what is left. */
function wholeSince(journal: Journal): { readonly healedMs?: number; readonly healingEnded: boolean } {
  const heals = eventsOf(journal, "fault-healed").map(({ atMs }) => atMs);
  const phases = eventsOf(journal, "phase");
  const healing = phases.findLastIndex(({ phase }) => phase === "heal");
  const after = healing < 0 ? undefined : phases[healing + 1];
  const moments = after === undefined ? heals : [...heals, after.atMs];
  return { ...(moments.length === 0 ? {} : { healedMs: Math.max(...moments) }), healingEnded: after !== undefined };
}
