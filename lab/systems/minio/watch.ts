/** The drives' watcher: how many are online and whether that is enough to write and to read, journalled when it changes. */
import type { Client } from "minio";
import type { Node } from "../../engine/types.ts";
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds, seconds, withLimit } from "../../time.ts";
import { askDrives, health } from "./admin.ts";
import { s3ErrorName } from "./client.ts";

const PERIOD = milliseconds(500);

/** A node and a client of it. */
export interface MinioMember {
  readonly name: string;
  readonly node: Node;
  readonly s3: Client;
}

/**
 * Looks twice a second until disposed, and journals each change: observations `NAME online drives` (what the node that
 * sees most says), `NAME write quorum` (whether any node says that it sees one) and, of each node, `NODE reads` (whether it
 * reads from `bucket` what was never written, which takes a read quorum; the health page for reads may promise one for
 * ten seconds in which every read is refused). MinIO does not count its drives while it waits for a node that has just
 * gone: then nothing is said of them.
 */
export function watchDrives(
  cluster: string,
  members: () => readonly MinioMember[],
  recorder: Recorder,
  bucket: string | undefined,
): Disposable {
  const seen = new Map<string, number | boolean>();
  const observe = (subject: string, value: number | boolean): void => {
    if (seen.get(subject) === value) return;
    seen.set(subject, value);
    recorder.event({ type: "observation", subject, value });
  };
  const writes = every(PERIOD, async () => {
    const pages = await Promise.all(members().map(({ node }) => health(node, "cluster")));
    if (pages.some((page) => page !== 0)) observe(`${cluster} write quorum`, pages.includes(200));
  });
  const reads = every(PERIOD, async () => {
    if (bucket === undefined) return;
    const look = async ({ name, s3 }: MinioMember): Promise<void> => {
      const read = withLimit(`a read at ${name}`, seconds(1), s3.getObject(bucket, "never-written"));
      observe(`${name} reads`, (await read.catch(s3ErrorName)) === "NoSuchKey");
    };
    await Promise.all(members().map(look));
  });
  const drives = every(PERIOD, async () => {
    const views = await Promise.all(members().map(({ s3 }) => askDrives(s3, seconds(2)).catch(() => undefined)));
    const counts = views.flatMap((view) => (view === undefined ? [] : [view.online]));
    if (counts.length > 0) observe(`${cluster} online drives`, Math.max(...counts));
  });
  return {
    [Symbol.dispose]: () => {
      for (const watcher of [writes, reads, drives]) watcher[Symbol.dispose]();
    },
  };
}
