/** The drives' watcher: how many are online and whether that is enough to write and to read, journalled when it changes. */
import type { Client } from "minio";
import type { Node } from "../../engine/types.ts";
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds, seconds } from "../../time.ts";
import { askDrives, health } from "./admin.ts";

const PERIOD = milliseconds(500);

/** What each quorum is journalled as, and the page that tells of it. */
const QUORUM_PAGES = { "write quorum": "cluster", "read quorum": "cluster/read" } as const;

/** A node and a client of it. */
export interface MinioMember {
  readonly name: string;
  readonly node: Node;
  readonly s3: Client;
}

/**
 * Looks twice a second until disposed, and journals each change: observations `NAME online drives` (what the node that
 * sees most says), `NAME write quorum` and `NAME read quorum` (whether any node sees one). MinIO does not count its drives while it waits
 * for a node that has just gone: then nothing is said of them.
 */
export function watchDrives(cluster: string, members: () => readonly MinioMember[], recorder: Recorder): Disposable {
  const seen = new Map<string, number | boolean>();
  const observe = (subject: string, value: number | boolean): void => {
    if (seen.get(subject) === value) return;
    seen.set(subject, value);
    recorder.event({ type: "observation", subject: `${cluster} ${subject}`, value });
  };
  const quorums = Object.entries(QUORUM_PAGES).map(([subject, page]) =>
    every(PERIOD, async () => {
      const answers = await Promise.all(members().map(({ node }) => health(node, page)));
      if (answers.some((answer) => answer !== 0)) observe(subject, answers.includes(200));
    }),
  );
  const drives = every(PERIOD, async () => {
    const views = await Promise.all(members().map(({ s3 }) => askDrives(s3, seconds(2)).catch(() => undefined)));
    const counts = views.flatMap((view) => (view === undefined ? [] : [view.online]));
    if (counts.length > 0) observe("online drives", Math.max(...counts));
  });
  return {
    [Symbol.dispose]: () => {
      for (const quorum of quorums) quorum[Symbol.dispose]();
      drives[Symbol.dispose]();
    },
  };
}
