/** The drives' watcher: how many are online and whether that is enough to write, journalled when it changes. */
import type { Client } from "minio";
import type { Node } from "../../engine/types.ts";
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds, seconds } from "../../time.ts";
import { askDrives, health } from "./admin.ts";

const PERIOD = milliseconds(500);

/** A node and a client of it. */
export interface MinioMember {
  readonly name: string;
  readonly node: Node;
  readonly s3: Client;
}

/**
 * Looks twice a second until disposed, and journals each change: observations `NAME online drives` (what the node that
 * sees most says) and `NAME write quorum`. A round in which nobody answers says nothing.
 */
export function watchDrives(cluster: string, members: () => readonly MinioMember[], recorder: Recorder): Disposable {
  const seen = new Map<string, number | boolean>();
  const observe = (subject: string, value: number | boolean): void => {
    if (seen.get(subject) === value) return;
    seen.set(subject, value);
    recorder.event({ type: "observation", subject: `${cluster} ${subject}`, value });
  };
  return every(PERIOD, async () => {
    const views = await Promise.all(
      members().map(async ({ node, s3 }) => {
        const page = await health(node, "cluster");
        const drives = page === 0 ? undefined : await askDrives(s3, seconds(2)).catch(() => undefined);
        return { page, online: drives?.online };
      }),
    );
    const counts = views.flatMap(({ online }) => (online === undefined ? [] : [online]));
    if (counts.length > 0) observe("online drives", Math.max(...counts));
    if (views.some(({ page }) => page !== 0)) {
      observe(
        "write quorum",
        views.some(({ page }) => page === 200),
      );
    }
  });
}
