/** Which loads a plan's expectations and SLOs are about, and which clusters each of them uses. Pure. */
import type { Plan } from "../run-folder/run-folder.ts";

/**
 * The loads that something is said about: those that an expectation names, those that write to a cluster that it names,
 * and those that an SLO counts. Where nothing is said about any, all of the plan: an expectation about roles or replicas
 * is about what goes on under load.
 */
export function judgedLoads(plan: Plan, countedBySlos: readonly string[]): readonly string[] {
  const all = Object.keys(plan.load);
  const subjects = Object.values(plan.expect).flatMap((spec) => ("of" in spec ? [spec.of] : []));
  const named = new Set([...subjects.map(loadOf), ...countedBySlos]);
  const clusters = new Set(subjects);
  const judged = all.filter((load) => named.has(load) || clusters.has(writtenCluster(plan, load) ?? ""));
  return judged.length === 0 ? all : judged;
}

/** `admin` of `admin.create-topic`. */
const loadOf = (subject: string): string => subject.split(".")[0] ?? subject;

/** The cluster that a load writes to: `kafka` of `kafka.events`; undefined where the plan does not say. */
function writtenCluster(plan: Plan, load: string): string | undefined {
  const spec = plan.load[load];
  if (typeof spec !== "object" || spec === null || !("to" in spec) || typeof spec.to !== "string") return undefined;
  return loadOf(spec.to);
}

/**
 * The clusters that a load uses: those that its own data names, and those that these name in turn (ClickHouse its
 * ZooKeeper, Spark its object store). All of the plan where its data names none.
 */
export function clustersUsed(plan: Plan, load: string): ReadonlySet<string> {
  const all = Object.keys(plan.topology);
  const used = new Set<string>();
  const toVisit = clustersNamed(plan.load[load], all);
  for (let cluster = toVisit.pop(); cluster !== undefined; cluster = toVisit.pop()) {
    if (used.has(cluster)) continue;
    used.add(cluster);
    toVisit.push(...clustersNamed(plan.topology[cluster], all));
  }
  return used.size === 0 ? new Set(all) : used;
}

/** The clusters that stand as a value, or before a value's first dot, anywhere in this data. Its `system` is a kind. */
function clustersNamed(data: unknown, clusters: readonly string[]): string[] {
  if (typeof data === "string") return clusters.filter((cluster) => loadOf(data) === cluster);
  if (typeof data !== "object" || data === null) return [];
  return Object.entries(data).flatMap(([field, value]) =>
    field === "system" || field === "kind" ? [] : clustersNamed(value, clusters),
  );
}

/**
 * The clusters and loads that a fault's targets are of: nodes are named after their cluster (`clickhouse-1-2`), clients
 * say their load (`reader-1 of events`), links are two of either. Undefined: one of them is none of these, so that
 * nothing can be said.
 */
export function targetsTouch(
  plan: Plan,
  targets: readonly string[],
): { readonly clusters: ReadonlySet<string>; readonly loads: ReadonlySet<string> } | undefined {
  const clusters = new Set<string>();
  const loads = new Set<string>();
  const ends = targets.flatMap((target) => target.split(/ [→⇄] /));
  for (const end of ends) {
    const load = / of (.+)/.exec(end)?.[1] ?? "";
    const cluster = Object.keys(plan.topology)
      .filter((name) => end === name || end.startsWith(`${name}-`))
      .sort((a, b) => b.length - a.length)[0];
    if (Object.hasOwn(plan.load, load)) loads.add(load);
    else if (cluster !== undefined) clusters.add(cluster);
    // The clients' end of a link: whom it concerns is told by the other end.
    else if (end !== "clients") return undefined;
  }
  return clusters.size + loads.size === 0 ? undefined : { clusters, loads };
}
