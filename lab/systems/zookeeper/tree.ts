/**
 * All that an ensemble stores, but for what it keeps of itself under /zookeeper. No question awaits the answer of the one
 * before: a connection answers them in their order, and a tree may have ten thousand znodes.
 */
import { createHash } from "node:crypto";
import { milliseconds, seconds } from "../../time.ts";
import type { Address } from "../endpoint.ts";
import { openConnection, ZooKeeperError } from "./connection.ts";
import type { ZooKeeperConnection } from "./connection.ts";

const OWN = "/zookeeper";

/** What one server has, after it has caught up with the leader. */
export interface Contents {
  readonly znodes: number;
  /** Of paths, data, versions and the transactions that wrote them. */
  readonly digest: string;
}

export function readContents(server: Address): Promise<Contents> {
  return withConnection(server, async (connection) => {
    await connection.sync("/");
    const hash = createHash("sha256");
    const paths = await pathsUnder(connection, "/");
    const znodes = await Promise.all(paths.map((path) => connection.getData(path)));
    for (const [place, { data, version, mzxid }] of znodes.entries()) {
      hash.update(`${paths[place]}\n${version} ${mzxid} ${data.length}\n`).update(data);
    }
    return { znodes: paths.length, digest: hash.digest("hex") };
  });
}

/** Deletes a znode and everything under it (`/`: everything), the leaves first; gives how many znodes there were and are left. */
export function removeTree(server: Address, root: string): Promise<{ readonly found: number; readonly left: number }> {
  return withConnection(server, async (connection) => {
    await connection.sync("/");
    const paths = await pathsFrom(connection, root);
    await Promise.all(paths.toReversed().map((path) => connection.remove(path).catch(unlessGone)));
    return { found: paths.length, left: (await pathsFrom(connection, root)).length };
  });
}

/** A znode and those under it, parents before their children; none when it is not there. */
async function pathsFrom(connection: ZooKeeperConnection, root: string): Promise<readonly string[]> {
  if (root === "/") return pathsUnder(connection, root);
  try {
    return [root, ...(await pathsUnder(connection, root))];
  } catch (error) {
    unlessGone(error);
    return [];
  }
}

/** Parents before their children. */
async function pathsUnder(connection: ZooKeeperConnection, parent: string): Promise<string[]> {
  const names = await connection.children(parent);
  const paths = await Promise.all(
    names.toSorted().map(async (name) => {
      const path = parent === "/" ? `/${name}` : `${parent}/${name}`;
      return path === OWN ? [] : [path, ...(await pathsUnder(connection, path))];
    }),
  );
  return paths.flat();
}

const unlessGone = (error: unknown): void => {
  if (!(error instanceof ZooKeeperError && error.answer === "NONODE")) throw error;
};

async function withConnection<T>(server: Address, act: (connection: ZooKeeperConnection) => Promise<T>): Promise<T> {
  const connection = await openConnection({ server, sessionTimeout: seconds(10), within: milliseconds(2_000) });
  try {
    return await act(connection);
  } finally {
    await connection.close();
  }
}
