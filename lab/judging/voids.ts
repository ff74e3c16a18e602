/**
 * What makes a record void: the journal is another run's, the container engine went, or somebody removed containers.
 * Nothing in such a record says anything about the clusters, so the run is unknown whatever else was found.
 */
import type { Journal } from "../journal/types.ts";
import { planHash } from "../run-folder/plan-hash.ts";
import type { ConditionResult, Plan } from "../run-folder/run-folder.ts";
import { formatDuration } from "../time.ts";
import { eventsOf } from "../journal/types.ts";
import { condition } from "./condition.ts";

/** What is observed when nobody listens any more where the container engine was. */
export const ENGINE_GONE = { subject: "container engine", value: "gone" } as const;

/** Why the record is void, a condition each; none for a record that is not. */
export const voidsOf = (plan: Plan, journal: Journal): readonly ConditionResult[] => [
  ...journalOfThisPlan(plan, journal),
  ...engineStayed(journal),
  ...nobodyRemovedContainers(journal),
];

/** Journals of old do not say whose they are, and are taken at their folder's word. */
function journalOfThisPlan(plan: Plan, { head }: Journal): ConditionResult[] {
  if (head === undefined) return [];
  const name = "the journal is of this plan";
  if (head.run !== plan.run) return [condition(name, [`it is of the run ${head.run}, the plan of ${plan.run}`], "")];
  if (head.planHash === planHash(plan)) return [];
  return [condition(name, ["plan.json was changed since the run, or is another's"], "")];
}

function engineStayed(journal: Journal): ConditionResult[] {
  const gone = eventsOf(journal, "observation").find(
    ({ subject, value }) => subject === ENGINE_GONE.subject && value === ENGINE_GONE.value,
  );
  if (gone === undefined) return [];
  const problem = `it was gone after ${formatDuration(gone.atMs)}: what failed from then on says nothing about the clusters`;
  return [condition("the container engine stayed", [problem], "")];
}

function nobodyRemovedContainers(journal: Journal): ConditionResult[] {
  const removed = eventsOf(journal, "node-state").filter(({ state }) => state === "removed");
  if (removed.length === 0) return [];
  const problems = removed.map(({ node, atMs }) => `${node} was removed from outside after ${formatDuration(atMs)}`);
  return [condition("nobody else removed containers", problems, "")];
}
