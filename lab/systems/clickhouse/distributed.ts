/** What Distributed tables do with shards that they cannot reach. */
import { LabError } from "../../errors.ts";
import { seconds } from "../../time.ts";
import { errorName } from "./client.ts";
import { DATA_FOLDER } from "./layout.ts";
import type { ClickHouseNode } from "./state.ts";

/**
 * The blocks that a server holds for other shards, as paths. Its own tables of them are of later versions (`system.distribution_queue`);
 * in all versions each is a file in a folder of the Distributed table, one folder a shard.
 */
export async function queuedOn({ member, node, connection }: ClickHouseNode): Promise<readonly string[]> {
  const tables = await connection.rows(
    "SELECT concat(database, '/', name) AS folder FROM system.tables WHERE engine = 'Distributed'",
  );
  if (tables.length === 0) return [];
  const folders = tables.map(({ folder }) => `${DATA_FOLDER}/data/${String(folder)}`);
  const { exitCode, stdout, stderr } = await node.exec(["find", "-L", ...folders, "-name", "*.bin"]);
  // A file that is sent while they are listed is gone, and find says so.
  if (exitCode !== 0 && !stderr.includes("No such file")) {
    throw new LabError({
      code: "node-failed",
      message: `${member.name}: its queued blocks could not be listed: ${stderr}`,
    });
  }
  return stdout.split("\n").filter((line) => line !== "");
}

/** How many shards' servers answered this one, or the name of the error that it refused with. */
export async function shardsAnswering(
  { connection }: ClickHouseNode,
  skipUnavailable: boolean,
): Promise<number | string> {
  const settings = { skip_unavailable_shards: skipUnavailable ? 1 : 0 };
  // A shard without rows gives no group, but the query is for a cluster under load.
  const query = "SELECT hostName() AS host, count() AS rows FROM lab.events GROUP BY host";
  return connection.rows(query, { within: seconds(15), settings }).then((rows) => rows.length, errorName);
}
