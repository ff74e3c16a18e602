import { check, minioCluster, objects, perSecond, scenario, seconds } from "../../lab/index.ts";

/**
 * A node with its two drives is cut off from the three others, whose clients list and write the same objects over and
 * over. Six drives are enough for both, and the two that missed it all may not be believed when they are back. Readers
 * look for an object in a listing of the bucket first, so a listing must know what was written, too.
 *
 * Nobody asks the node that is alone before it has all others again: for some two seconds it may see four drives, two
 * of them its own, and answer for an object that it has missed that there is none (docs/rehearsals.md).
 *
 * The links answer with resets. Where packets are dropped without a word, each write that is under way waits for the
 * lost drives with the object's lock in its hand, and the locks that the lost node holds are kept for a minute: no
 * object that was just written over is written again within a short rehearsal (docs/rehearsals.md). A deep scan waits for
 * those locks too, so nothing is expected of one here.
 */
export default scenario({
  id: "minio/partition",
  title: "A node is cut off while objects are listed and written over at the others: a read gives the last write",
  description:
    "The six drives of the majority serve both, and once the links are back every node gives what was written last, whatever its own drives have.",
  // Requests that wait for a lock count against a node's limit of requests.
  topology: { minio: minioCluster({ nodes: 4, drives: 2, requestsMax: 1_000 }) },
  load: {
    objects: objects({
      to: "minio.rehearsal",
      keys: 16,
      find: "listing",
      rate: perSecond(12),
      clients: 32,
      nodes: 3,
      timeout: seconds(2.5),
    }),
  },
  expect: {
    "a read gives the last write": check.register("objects"),
    "the majority reads": check.availability({
      of: "objects.read",
      atLeast: 0.85,
      limit: seconds(3),
      during: { step: "a node is alone" },
    }),
    "the majority writes": check.availability({
      of: "objects.write",
      atLeast: 0.8,
      limit: seconds(3),
      during: { step: "a node is alone" },
    }),
    "all read again": check.availability({
      of: "objects.read",
      atLeast: 0.9,
      limit: seconds(3),
      during: { step: "all back" },
    }),
    "all write again": check.availability({
      of: "objects.write",
      atLeast: 0.75,
      limit: seconds(3),
      during: { step: "all back" },
    }),
  },
  slos: [
    "minio-read-availability",
    "minio-write-availability",
    "minio-read-latency",
    "minio-write-latency",
    "minio-read-recovery-time",
    "minio-write-recovery-time",
  ],
  mutants: {
    "an object is written in pieces": {
      change: { load: { objects: { upload: "pieces" } } },
      violates: "a read gives the last write",
    },
  },
  async run({ minio, load, step, fault }) {
    await step("warm up", () => load.objects.acknowledged(120, { within: seconds(30) }));
    const cut = await step("node cut off", () => fault.reset({ between: ["minio-4", "others"] }));
    await step("the others notice", () => load.objects.runFor(seconds(4)));
    await step("a node is alone", () => load.objects.runFor(seconds(10)));
    await step("links back", () => cut.heal());
    await step("all nodes serve", () => minio.ready({ within: seconds(30) }));
    await step("connections return", () => load.objects.runFor(seconds(4)));
    await step("all back", () => load.objects.runFor(seconds(4)));
  },
});
