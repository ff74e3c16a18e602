/** A server that has lost its disk: what ZooKeeper still knows of its replicas is deleted before they are made anew. */
import { LabError } from "../../errors.ts";
import type { ZooKeeperCluster } from "../zookeeper/index.ts";
import { shardMacro } from "./layout.ts";
import type { ClickHouseMember } from "./layout.ts";
import type { Statement } from "./schema.ts";
import type { ClickHouseNode } from "./state.ts";

/**
 * ClickHouse refuses to make a replica that ZooKeeper knows already; of a lost one that is all that is left.
 * Today's versions have `SYSTEM DROP REPLICA` for this; 18.16 wants the znodes deleted.
 * @throws LabError `bad-usage` when the server still has one of the tables, and so has not lost its disk.
 */
export async function forgetReplica(
  { member, connection }: ClickHouseNode,
  statements: readonly Statement[],
  ensemble: ZooKeeperCluster,
): Promise<void> {
  const tables = await connection.rows("SELECT concat(database, '.', name) AS name FROM system.tables");
  const there = new Set(tables.map(({ name }) => String(name)));
  for (const { sql, makes } of statements) {
    const path = replicaPath(sql, member);
    if (path === undefined) continue;
    if (there.has(makes.name)) {
      throw new LabError({
        code: "bad-usage",
        message: `${member.name} still has ${makes.name}: there is nothing to rebuild`,
        hint: "rebuild is for a server that has lost its disk",
      });
    }
    await ensemble.remove(path);
  }
}

/** Where a replicated table keeps its state of one replica; undefined for what is not replicated. */
export function replicaPath(sql: string, member: ClickHouseMember): string | undefined {
  const table = /ENGINE = Replicated\w+\('(?<path>[^']+)', '\{replica\}'/.exec(sql)?.groups?.["path"];
  return table && `${table.replace("{shard}", shardMacro(member))}/replicas/${member.name}`;
}
