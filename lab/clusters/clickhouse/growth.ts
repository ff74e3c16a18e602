/** Growing: one more replica in a shard, or one more shard; then the others' configuration is rewritten while they run. */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { seconds, waitFor } from "../../time.ts";
import type { Look } from "../../time.ts";
import { planWithFreePorts, startPlanned } from "../nodes.ts";
import type { ClusterContext } from "../types.ts";
import { connect } from "./client.ts";
import { CONFIG_PATH, configOf, memberOf, planMember, zookeeperHosts } from "./layout.ts";
import type { ClickHouseMember } from "./layout.ts";
import type { ClickHouseSpec } from "./spec.ts";
import type { ClickHouseNode } from "./state.ts";

/** ClickHouse looks for changed files every two seconds. */
const RELOAD_LIMIT = seconds(20);

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

/** `replica of shard 2`: a server that copies what the shard has. */
export function growReplica(
  what: string,
  spec: ClickHouseSpec,
  nodes: readonly ClickHouseNode[],
  context: ClusterContext,
): Promise<Grown> {
  const shard = Number(what.slice(what.lastIndexOf(" ")));
  const last = Math.max(...nodes.flatMap(({ member }) => (member.shard === shard ? [member.replica] : [])));
  const grown = { ...spec, added: { ...spec.added, [shard]: last + 1 - spec.replicas } };
  return start([memberOf(context.name, shard, last + 1)], grown, nodes, context);
}

/** A shard with as many replicas as the others have. Rows that are there stay where they are. */
export function growShard(
  _what: string,
  spec: ClickHouseSpec,
  nodes: readonly ClickHouseNode[],
  context: ClusterContext,
): Promise<Grown> {
  const shard = spec.shards + 1;
  const added = Array.from({ length: spec.replicas }, (_, i) => memberOf(context.name, shard, i + 1));
  return start(added, { ...spec, shards: shard }, nodes, context);
}

async function start(
  added: readonly ClickHouseMember[],
  spec: ClickHouseSpec,
  nodes: readonly ClickHouseNode[],
  context: ClusterContext,
): Promise<Grown> {
  const members = [...nodes.map(({ member }) => member), ...added];
  const planned = await planWithFreePorts(
    (plan) => added.map((member) => planMember(spec, member, members, plan)),
    context,
  );
  const started = await startPlanned(planned, context);
  const fresh = started.flatMap((node, place): ClickHouseNode[] => {
    const member = added[place];
    return member === undefined ? [] : [{ member, node, connection: connect(node) }];
  });
  return { spec, nodes: [...nodes, ...fresh], added: fresh };
}

/** Rewrites the configuration of all servers, and resolves when each knows the new ones: rows go there from then on. */
export async function tellAll(
  { spec, nodes, added }: Grown,
  { topology }: Pick<ClusterContext, "topology">,
): Promise<void> {
  const members = nodes.map(({ member }) => member);
  const keepers = zookeeperHosts(spec, topology);
  await Promise.all(nodes.map(({ member, node }) => rewrite(node, configOf(spec, member, members, keepers))));
  await waitFor("all servers to know the new one", () => lookKnown(nodes, added), { within: RELOAD_LIMIT });
}

/** Whole or not at all: the server may read the file at any moment. */
async function rewrite(node: Node, content: string): Promise<void> {
  const script = `cat > ${CONFIG_PATH}.new <<'END_OF_CONFIG' && mv -f ${CONFIG_PATH}.new ${CONFIG_PATH}\n${content}END_OF_CONFIG\n`;
  const { exitCode, stderr } = await node.exec(["sh", "-c", script]);
  if (exitCode === 0) return;
  throw new LabError({ code: "node-failed", message: `${node.name}: ${CONFIG_PATH} could not be written: ${stderr}` });
}

async function lookKnown(nodes: readonly ClickHouseNode[], added: readonly ClickHouseNode[]): Promise<Look<true>> {
  const wanted = added.map(({ member }) => member.name);
  const known = await Promise.all(
    nodes.map(async ({ member, connection }) => {
      const rows = await connection.rows("SELECT host_name FROM system.clusters WHERE cluster = 'lab'");
      const names = rows.map((row) => String(row["host_name"]));
      return { name: member.name, all: wanted.every((name) => names.includes(name)) };
    }),
  );
  const behind = known.filter(({ all }) => !all).map(({ name }) => name);
  return behind.length === 0 ? { reached: true } : { seen: `not known yet on ${behind.join(", ")}` };
}
