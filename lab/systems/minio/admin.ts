/** What a MinIO cluster says of itself: its health, its drives, and its objects' health when it mends them. */
import type { Client } from "minio";
import type { ExecResult, Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { milliseconds, seconds, withLimit } from "../../time.ts";
import type { Duration } from "../../time.ts";
import { addressOf, textOf } from "../endpoint.ts";
import { ALIAS, API_PORT } from "./layout.ts";

const ANSWER_LIMIT = seconds(1);

/** The status of one of a node's health pages; 0 when it does not answer within a second. Source: MinIO, "Healthcheck Probe". */
export async function health(node: Node, page: "live" | "cluster" | "cluster/read"): Promise<number> {
  const ended = new AbortController();
  try {
    const answer = fetch(`http://${textOf(addressOf(node, API_PORT))}/minio/health/${page}`, { signal: ended.signal });
    return (await withLimit(`${node.name}'s health`, ANSWER_LIMIT, answer)).status;
  } catch {
    return 0;
  } finally {
    ended.abort();
  }
}

export interface DrivesSeen {
  readonly online: number;
  readonly total: number;
  /** `minio-2 /data1: offline` */
  readonly offline: readonly string[];
}

/** The parts of the answer to `GET /minio/admin/v3/info` that the lab reads. */
interface ServerInfo {
  readonly servers?: readonly {
    readonly endpoint: string;
    readonly state: string;
    readonly drives?: readonly { readonly path: string; readonly state: string; readonly healing?: boolean }[];
  }[];
}

/** All drives as one node sees them. */
export async function askDrives(s3: Client, limit: Duration = seconds(5)): Promise<DrivesSeen> {
  const info = (await adminGet(s3, "info", "", limit)) as ServerInfo;
  const drives = (info.servers ?? []).flatMap(({ endpoint, drives = [] }) =>
    drives.map((drive) => ({
      ...drive,
      name: `${endpoint.split(":")[0] ?? ""} ${drive.path}`,
      fine: drive.state === "ok" && drive.healing !== true,
    })),
  );
  const unfit = drives.filter(({ fine }) => !fine);
  return {
    online: drives.length - unfit.length,
    total: drives.length,
    offline: unfit.map(({ name, state, healing }) => `${name}: ${healing === true ? "healing" : state}`),
  };
}

/** A page of the administration's API that answers in plain JSON, signed like any request to S3. */
export async function adminGet(
  s3: Client,
  page: string,
  query: string,
  limit: Duration = seconds(5),
): Promise<unknown> {
  const ask = async (): Promise<unknown> => {
    const answer = await s3.makeRequestAsync({
      method: "GET",
      bucketName: "minio",
      objectName: `admin/v3/${page}`,
      query,
    });
    let text = "";
    for await (const piece of answer) text += String(piece);
    return JSON.parse(text) as unknown;
  };
  return withLimit(`MinIO's answer to ${page}`, limit, ask());
}

/** `mc …` inside a node. @throws LabError `node-failed` with what it said. */
export async function mc(node: Node, words: readonly string[], within: Duration = seconds(30)): Promise<string> {
  const { exitCode, stdout, stderr } = await node.exec(["mc", ...words], { within });
  if (exitCode === 0) return stdout;
  throw failed(`mc ${words.join(" ")}`, node, { exitCode, stdout, stderr });
}

export const failed = (what: string, node: Node, { exitCode, stdout, stderr }: ExecResult): LabError =>
  new LabError({
    code: "node-failed",
    message: `${what} in ${node.name} ended with ${exitCode}: ${`${stderr} ${stdout}`.trim().slice(-400)}`,
  });

export interface HealSeen {
  /** Objects, buckets and parts of MinIO's own settings that were looked at. */
  readonly items: number;
  readonly objects: number;
  /** Those that were not whole on all drives when they were looked at; mended since where it was possible. */
  readonly unwhole: readonly string[];
  /** The worst of it: bytes that are not those that were written, something that is not there, or nothing. */
  readonly worst: "corrupted" | "missing" | "whole";
}

interface HealLine {
  readonly type?: string;
  readonly name?: string;
  readonly status?: string;
  readonly error?: unknown;
  readonly before?: { readonly offline: number; readonly missing: number; readonly corrupted: number };
}

/**
 * Looks at everything on all drives, deeply (every byte against its checksum) or by name only, and mends what it can.
 * What was found before the mending is what it tells: a second look proves the mending.
 */
export async function heal(
  node: Node,
  { deep, within }: { readonly deep: boolean; readonly within: Duration },
): Promise<HealSeen> {
  const scan = deep ? ["--scan", "deep"] : [];
  // What was left of an object by a write that did not reach its quorum is no object: it is taken away.
  const output = await mc(node, ["admin", "heal", "--recursive", ...scan, "--json", `${ALIAS}/`], within);
  return readHeal(output);
}

/** Reads what `mc admin heal --json` writes, a line an item. */
export function readHeal(output: string): HealSeen {
  const lines = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as HealLine);
  const items = lines.filter(({ before }) => before !== undefined);
  const unwhole = lines.flatMap(({ type, name, status, error, before }) => {
    if (status === "error") return [`${name ?? "an item"}: ${JSON.stringify(error)}`];
    if (before === undefined || before.offline + before.missing + before.corrupted === 0) return [];
    return [
      `${type ?? "item"} ${name ?? ""}: ${before.missing} missing, ${before.corrupted} corrupted, ${before.offline} offline`,
    ];
  });
  const corrupted = items.some(({ before }) => (before?.corrupted ?? 0) > 0);
  return {
    items: items.length,
    objects: items.filter(({ type }) => type === "object").length,
    unwhole,
    worst: corrupted ? "corrupted" : unwhole.length > 0 ? "missing" : "whole",
  };
}

export const HEAL_LIMIT = milliseconds(30_000);
