/** Growing: one more replica in a shard, or one more shard; then the others' configuration is rewritten while they run. */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { seconds, waitFor } from "../../time.ts";
import type { Look } from "../../time.ts";
import { planWithFreePorts, replaceFile, startPlanned } from "../nodes.ts";
import type { ClusterContext } from "../types.ts";
import { connect } from "./client.ts";
import { CONFIG_PATH, configOf, memberOf, planMember, zookeeperHosts } from "./layout.ts";
import type { ClickHouseMember } from "./layout.ts";
import type { ClickHouseSpec } from "./spec.ts";
import type { ClickHouseNode } from "./state.ts";

/** ClickHouse looks for changed files every two seconds. */
const RELOAD_LIMIT = seconds(20);

export interface Addition {
  /** What the cluster is with them. */
  readonly spec: ClickHouseSpec;
  readonly added: readonly ClickHouseMember[];
}

export interface Grown {
  readonly spec: ClickHouseSpec;
  /** All of them, the new ones last. */
  readonly nodes: readonly ClickHouseNode[];
  readonly added: readonly ClickHouseNode[];
}

export const growthOf = ({ shards }: ClickHouseSpec): readonly string[] => [
  ...Array.from({ length: shards }, (_, i) => `replica of shard ${i + 1}`),
  "shard",
];

/** The servers that a growth adds, and what the spec is then. Pure. */
export function additionOf(what: string, spec: ClickHouseSpec, cluster: string): Addition {
  if (what === "shard") {
    // As many replicas as the others have. Rows that are there stay where they are.
    const shard = spec.shards + 1;
    const added = Array.from({ length: spec.replicas }, (_, i) => memberOf(cluster, shard, i + 1));
    return { spec: { ...spec, shards: shard }, added };
  }
  // `replica of shard 2` copies what the shard has.
  const shard = Number(what.slice(what.lastIndexOf(" ")));
  const more = (spec.added?.[shard] ?? 0) + 1;
  const added = [memberOf(cluster, shard, spec.replicas + more)];
  return { spec: { ...spec, added: { ...spec.added, [shard]: more } }, added };
}

/**
 * Starts the servers that a growth adds, but for those that an earlier one has started before it broke off.
 * @throws LabError `bad-usage` when that was another growth.
 */
export async function startAdded(
  { spec, added }: Addition,
  nodes: readonly ClickHouseNode[],
  context: ClusterContext,
): Promise<Grown> {
  const before = nodes.map(({ member }) => member);
  const left = context.space
    .nodes()
    .filter(({ name, cluster }) => cluster === context.name && before.every((member) => member.name !== name));
  refuseStray(
    left.map(({ name }) => name),
    before,
    added,
  );
  const missing = added.filter(({ name }) => left.every((node) => node.name !== name));
  const planned = await planWithFreePorts(
    (plan) => missing.map((member) => planMember(spec, member, [...before, ...added], plan)),
    context,
  );
  await Promise.all(left.map(startIfEnded));
  const there = [...left, ...(await startPlanned(planned, context))];
  const fresh = added.flatMap((member): ClickHouseNode[] => {
    const node = there.find(({ name }) => name === member.name);
    return node === undefined ? [] : [{ member, node, connection: connect(node) }];
  });
  return { spec, nodes: [...nodes, ...fresh], added: fresh };
}

async function startIfEnded(node: Node): Promise<void> {
  const { status } = await node.state();
  if (status === "exited" || status === "created") await node.start();
}

/**
 * A growth that broke off leaves servers that the spec does not know, and some that it does may send rows to them.
 * The same growth completes it. @throws LabError `bad-usage` for any other, naming that one. Pure.
 */
export function refuseStray(
  left: readonly string[],
  before: readonly ClickHouseMember[],
  added: readonly ClickHouseMember[],
): void {
  const stray = left.find((name) => added.every((member) => member.name !== name));
  if (stray === undefined) return;
  const shard = Number(stray.split("-").at(-2));
  const what = before.some((member) => member.shard === shard) ? `replica of shard ${shard}` : "shard";
  throw new LabError({
    code: "bad-usage",
    message: `${stray} is left of a growth that broke off`,
    hint: `complete that first: grow by "${what}"`,
  });
}

/** Rewrites the configuration of all but the `leftOut`, and resolves when each knows the new ones: rows go there from then on. */
export async function propagateConfiguration(
  { spec, nodes, added }: Grown,
  { topology }: Pick<ClusterContext, "topology">,
  leftOut: readonly Node[],
): Promise<void> {
  const members = nodes.map(({ member }) => member);
  const keepers = zookeeperHosts(spec, topology);
  const updated = nodes.filter(({ node }) => !leftOut.includes(node));
  await Promise.all(
    updated.map(({ member, node }) => replaceFile(node, CONFIG_PATH, configOf(spec, member, members, keepers))),
  );
  await waitFor("all servers to know the new one", () => lookKnown(updated, added), { within: RELOAD_LIMIT });
}

/** Reached when all of these servers know all those. */
export async function lookKnown(
  nodes: readonly ClickHouseNode[],
  added: readonly ClickHouseNode[],
): Promise<Look<true>> {
  const wanted = added.map(({ member }) => member.name);
  const known = await Promise.all(
    nodes.map(async ({ member, connection }) => {
      const rows = await connection.rows("SELECT host_name FROM system.clusters WHERE cluster = 'lab'");
      const names = rows.map((row) => String(row["host_name"]));
      return { name: member.name, all: wanted.every((name) => names.includes(name)) };
    }),
  );
  const behind = known.filter(({ all }) => !all).map(({ name }) => name);
  return behind.length === 0
    ? { reached: true }
    : { seen: `${wanted.join(", ")} are not all known on ${behind.join(", ")}` };
}
