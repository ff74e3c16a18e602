import { check, minioCluster, objects, perSecond, scenario, seconds } from "../../lab/index.ts";

/**
 * Objects are uploaded in parts, one part after another, when half of all drives go. Five of eight drives must take a
 * part, and the order to join the parts: an upload that was under way is never finished, and what was finished is whole.
 * The links to the lost answer with resets: of a node whose address is gone MinIO may notice nothing for 45 s, and reads
 * wait for it so long (docs/rehearsals.md).
 */
export default scenario({
  id: "minio/multipart",
  title: "Drives are lost in the middle of uploads in parts: each is complete or refused, never torn",
  description:
    "Parts are no object until they are joined, and they are joined in one step. So whoever reads gets all bytes of an upload or none, whatever happened to the drives in between.",
  topology: { minio: minioCluster({ nodes: 4, drives: 2, requestsMax: 1_000 }) },
  load: {
    objects: objects({
      to: "minio.rehearsal",
      once: true,
      upload: "multipart",
      sizeBytes: 6 * 1024 * 1024,
      // So each upload takes three seconds and more, and the fault finds some of them in their middle.
      partPause: seconds(1.5),
      rate: perSecond(2),
      clients: 16,
      nodes: 2,
      mix: { puts: 0.5 },
      timeout: seconds(8),
    }),
  },
  expect: {
    "an object is read whole or not at all": check.register("objects"),
    "without a quorum no upload is completed": check.refused({
      of: "objects.write",
      during: { step: "half of the drives" },
      errors: ["SlowDownWrite", "timeout"],
      atLeast: 4,
    }),
    "what was completed is served": check.availability({
      of: "objects.read",
      atLeast: 0.95,
      limit: seconds(6),
      during: { step: "half of the drives" },
    }),
    "uploads are completed again": check.availability({
      of: "objects.write",
      atLeast: 0.8,
      limit: seconds(7),
      during: { step: "all back" },
    }),
    "all objects are whole on all drives": check.convergence({ of: "minio", within: seconds(50) }),
  },
  slos: ["minio-read-availability", "minio-read-latency", "minio-read-recovery-time", "minio-write-recovery-time"],
  mutants: {
    "an object is written in pieces": {
      change: { load: { objects: { upload: "pieces" } } },
      violates: "an object is read whole or not at all",
    },
  },
  async run({ minio, load, step, fault, waitFor }) {
    await step("warm up", () => load.objects.acknowledged(12, { within: seconds(40) }));
    const cut = await step("half of the drives go", () => fault.reset({ between: ["minio-3, minio-4", "others"] }));
    await step("quorum is seen to be gone", () => waitFor("minio write quorum", false, { within: seconds(20) }));
    await step("the others notice", () => load.objects.runFor(seconds(5)));
    await step("half of the drives", () => load.objects.runFor(seconds(8)));
    await step("all are within reach", () => cut.heal());
    await step("all nodes serve", () => minio.ready({ within: seconds(40) }));
    // A node tries the drives of others again ever less often: one refused uploads for ten seconds after the links were back.
    await step("connections return", () => load.objects.runFor(seconds(14)));
    await step("all back", () => load.objects.runFor(seconds(8)));
  },
});
