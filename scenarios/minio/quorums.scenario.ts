import { check, minioCluster, objects, perSecond, scenario, seconds } from "../../lab/index.ts";

/**
 * Nodes are lost one after another, and come back. With parity 4 of 8 drives an object is four blocks of data
 * and four of parity: four drives give it back, and five must take it.
 *
 * Who was lost last returns first, as it has all that was acknowledged. Where four drives answer, and fewer than four
 * of them have an object, MinIO does not refuse to read it: it says that there is none (docs/rehearsals.md). The drives
 * that were away when it was written may therefore come last only, and each object is written once.
 * Their links answer with resets. Of a node whose address is gone after an orderly stop MinIO may never notice: a read
 * waits for all drives, and the dial to one that answers nothing takes longer than any client waits.
 *
 * Requests that wait for a lock count against a node's limit of requests, which is raised so that it does not answer
 * in the quorum's place.
 */
export default scenario({
  id: "minio/quorums",
  title: "Nodes are lost one by one: reads and writes end exactly at their quorums",
  description:
    "Six of eight drives serve both. Four serve reads and refuse writes. Two refuse both: nobody is told that an object is absent. All serve both again.",
  topology: { minio: minioCluster({ nodes: 4, drives: 2, parity: 4, requestsMax: 1_000 }) },
  // So many clients that each has waited out its time-out before its next turn: what is refused slowly leaves no queue.
  load: {
    objects: objects({
      to: "minio.rehearsal",
      once: true,
      rate: perSecond(12),
      clients: 32,
      nodes: 1,
      timeout: seconds(2.5),
    }),
  },
  settings: { returnsFirst: "who was lost last" },
  expect: {
    "one lost: writes are served": check.availability({
      of: "objects.write",
      atLeast: 0.9,
      limit: seconds(3),
      during: { step: "one lost" },
    }),
    "one lost: reads are served": check.availability({
      of: "objects.read",
      atLeast: 0.95,
      limit: seconds(3),
      during: { step: "one lost" },
    }),
    "two lost: reads are served": check.availability({
      of: "objects.read",
      atLeast: 0.95,
      limit: seconds(3),
      during: { step: "two lost" },
    }),
    "two lost: writes are refused": check.refused({
      of: "objects.write",
      during: { step: "two lost" },
      errors: ["SlowDownWrite"],
      atLeast: 10,
    }),
    "three lost: reads are refused": check.refused({
      of: "objects.read",
      during: { step: "three lost" },
      errors: ["SlowDownRead", "timeout"],
      atLeast: 10,
    }),
    "three lost: writes are refused": check.refused({
      of: "objects.write",
      during: { step: "three lost" },
      errors: ["SlowDownWrite", "timeout"],
      atLeast: 10,
    }),
    "all back: writes are served": check.availability({
      of: "objects.write",
      atLeast: 0.9,
      limit: seconds(3),
      during: { step: "all back" },
    }),
    "what was acknowledged is read": check.register("objects"),
    "all objects are whole": check.convergence({ of: "minio", within: seconds(50) }),
  },
  slos: ["minio-outage-read-latency", "minio-read-recovery-time", "minio-write-recovery-time"],
  mutants: {
    "less parity": {
      // Else MinIO gives more parity to what it writes while drives are away, and so mends the mutant.
      change: { topology: { minio: { parity: 2, config: { MINIO_STORAGE_CLASS_OPTIMIZE: "capacity" } } } },
      violates: "two lost: reads are served",
    },
    "who missed writes returns first": {
      change: { settings: { returnsFirst: "who was lost first" } },
      violates: "what was acknowledged is read",
    },
  },
  async run({ minio, load, step, fault, waitFor, settings }) {
    await step("warm up", () => load.objects.acknowledged(100, { within: seconds(30) }));
    const first = await step("first is lost", () => fault.reset({ between: ["minio-4", "others"] }));
    await step("one leaves", () => load.objects.runFor(seconds(5)));
    await step("one lost", () => load.objects.runFor(seconds(4)));
    // What was offered last is answered before the next node is lost.
    await step("answers to one lost", () => load.objects.runFor(seconds(3)));
    const second = await step("second is lost", () => fault.reset({ between: ["minio-3", "others"] }));
    await step("quorum is seen to be gone", () => waitFor("minio write quorum", false, { within: seconds(20) }));
    await step("two leave", () => load.objects.runFor(seconds(5)));
    await step("two lost", () => load.objects.runFor(seconds(4)));
    await step("answers to two lost", () => load.objects.runFor(seconds(3)));
    const third = await step("third is lost", () => fault.reset({ between: ["minio-2", "others"] }));
    await step("three leave", () => load.objects.runFor(seconds(4)));
    await step("three lost", () => load.objects.runFor(seconds(6)));
    const lost = [first, second, third];
    const [one, two, last] = settings.returnsFirst === "who was lost last" ? lost.toReversed() : lost;
    await step("one returns", () => one?.heal());
    // The node that is asked tries the drives of others again ever less often, and refuses all reads until it sees four.
    // With less parity four drives are not enough to read.
    if (minio.spec.parity === 4)
      await step("reads are served again", () => waitFor("minio-1 reads", true, { within: seconds(40) }));
    await step("two are back", () => load.objects.runFor(seconds(8)));
    await step("another returns", () => two?.heal());
    await step("all return", () => waitFor("minio write quorum", true, { within: seconds(30) }));
    await step("the last returns", () => last?.heal());
    await step("connections return", () => load.objects.runFor(seconds(6)));
    await step("all back", () => load.objects.runFor(seconds(4)));
    await step("calm", () => load.objects.runFor(seconds(3)));
  },
});
