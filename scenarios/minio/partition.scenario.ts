import { check, minioCluster, objects, perSecond, scenario, seconds } from "../../lab/index.ts";

/**
 * A node with its two drives is parted from the three others, while clients reach all four and write the same objects
 * over and over. Who is alone has neither the drives nor the locks to answer; whoever answers must know the last write.
 * Readers look for an object in a listing of the bucket first, so a listing must know what was written, too.
 *
 * The links answer with resets. Where packets are dropped without a word, each write that is under way waits for the
 * lost drives with the object's lock in its hand, and the locks that the lost node holds are kept for a minute: no
 * object that was just written over is written again within a short rehearsal (docs/rehearsals.md). A deep look waits for
 * those locks too, so nothing is expected of one here.
 */
export default scenario({
  id: "minio/partition",
  title: "A node is cut off while objects are listed and written over at all nodes: a read gives the last write",
  description:
    "The six drives of the majority serve both. The node that is alone answers nothing rather than something old, and once the links are back every node gives what was written last.",
  // Requests that wait for a lock count against a node's limit of requests.
  topology: { minio: minioCluster({ nodes: 4, drives: 2, requestsMax: 1_000 }) },
  load: {
    objects: objects({
      to: "minio.rehearsal",
      keys: 16,
      find: "listing",
      rate: perSecond(12),
      clients: 32,
      timeout: seconds(2.5),
    }),
  },
  expect: {
    "a read gives the last write": check.register("objects"),
    "the majority reads": check.availability({
      of: "objects.read",
      // A quarter of the clients asks the node that is alone.
      atLeast: 0.6,
      limit: seconds(3),
      during: { step: "a node is alone" },
    }),
    "the majority writes": check.availability({
      of: "objects.write",
      // And what that node was writing when it was parted stays locked.
      atLeast: 0.5,
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
  slos: [],
  mutants: {
    "an object is written in pieces": {
      change: { load: { objects: { upload: "pieces" } } },
      violates: "a read gives the last write",
    },
    "no parity": { change: { topology: { minio: { parity: 0 } } }, violates: "the majority writes" },
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
