import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { labHere } from "./lab-here.ts";

const folder = mkdtempSync(join(tmpdir(), "lab-validate-"));
afterAll(() => rmSync(folder, { recursive: true }));
const front = join(import.meta.dirname, "../../lab/index.ts");

/** Wrong in what names, numbers, mutants and types say. */
const file = join(folder, "wrong.scenario.ts");
writeFileSync(
  file,
  `import { check, kafkaCluster, produce, scenario, seconds } from ${JSON.stringify(front)};

export default scenario({
  id: "kafka/wrong",
  title: "t",
  description: "d",
  topology: { kafka: kafkaCluster({ brokers: 3, topics: { events: { partitions: 6 } } }) },
  load: { events: produce({ to: "kafka.evnets", rate: 200 }) },
  expect: {
    "writes recover": check.recovery({ of: "events", within: 20 }),
    "nothing is lost": check.delivery("evetns"),
  },
  slos: ["kafka-recovery-tme"],
  mutants: {
    "two brokers": { change: { topology: { kafka: { brokers: 2 } } }, violates: "writes recover" },
    "acknowledged by one": { change: { load: { events: { ack: "leader" } } }, violates: "writes recover" },
    "as it is": { change: {}, violates: "nothing lost" },
  },
  async run({ load, step, fault }) {
    await step("warm up", () => load.events.acknowledged(1, { within: seconds(30) }));
    await fault.kill("leader of evnts/0");
    await load.evnets.stop();
  },
});
`,
);

test("says all that is wrong at once, types included, each with its line, and ends with 64", async () => {
  const { code, stdout } = await labHere(["validate", file, "--json"]);
  expect(code).toBe(64);
  const [answer] = JSON.parse(stdout) as { id: string; problems: { at: string; what: string }[] }[];
  const told = answer?.problems.map(({ at, what }) => `${at.slice(at.lastIndexOf(":") + 1)} ${what}`);
  expect(told).toMatchInlineSnapshot(`
    [
      "8 load.events.to names the topic "evnets", which is not there",
      "11 expect."nothing is lost".of names the load "evetns", which is not there",
      "13 slos names the SLO "kafka-recovery-tme", which is not there",
      "22 run names the load "evnets", which is not there",
      "21 run says "leader of evnts/0", but the cluster has no topic "evnts"",
      "16 with the mutant "two brokers", topology.kafka.topics.events.replicas is 3",
      "16 mutants."acknowledged by one".change names load.events.ack: the scenario has no such value to change",
      "17 mutants."as it is".change changes nothing: what it says is what the scenario says already",
      "17 mutants."as it is".violates names "nothing lost", which is no expectation",
      "8 rate: Type 'number' is not assignable to type 'Rate'.",
      "10 within: Type 'number' is not assignable to type 'Duration'.",
      "16 Object literal may only specify known properties, but 'ack' does not exist here. Did you mean to write 'acks'?",
      "17 violates: Type '"nothing lost"' is not assignable to type '"writes recover" | "nothing is lost"'. Did you mean '"nothing is lost"'?",
      "22 Property 'evnets' does not exist here. Did you mean 'events'?",
    ]
  `);
}, 120_000);

test("has nothing to say of what is well, and ends with 0", async () => {
  const { code, stdout } = await labHere(["validate", "kafka/leader-kill"]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: "✓ kafka/leader-kill: nothing is wrong\n" });
}, 120_000);

test("list shows one whole", async () => {
  const { code, stdout } = await labHere(["list", "kafka/leader-kill"]);
  expect(code).toBe(0);
  expect(stdout.replaceAll(/about \d+/g, "about …")).toMatchInlineSnapshot(`
    "kafka/leader-kill  The leader of a loaded partition is killed
        Every acknowledged record is on at least two of three brokers, so the death of one costs the time of an election and no data.

        file      scenarios/kafka/leader-kill.scenario.ts
        topology  kafka: system kafka, compression producer, batchMaxBytes 1048588, heapMb 288, brokers 3, topics (events (partitions 6, replicas 3, minInSync 2)), controllers combined, startup fast
        load      events: kind produce, to kafka.events, rate 400, acks all, timeout 30 s, producers 2, readers (members 2, sessionTimeout 6 s, commitEvery 1 s, commit after)
        faults    kill
        of whom   leader of events/0
        expects   no acknowledged record is lost: delivery of events
                  writes recover: recovery of events: within 18 s
                  replicas converge: convergence of kafka: within 30 s
        SLOs      kafka-produce-availability
                  kafka-produce-latency
                  kafka-end-to-end-delay
                  kafka-recovery-time
        mutants   "one replica" changes topology.kafka.topics.events.replicas: 1, topology.kafka.topics.events.minInSync: 1
                    and must violate "writes recover"
                  "the leader alone acknowledges" changes load.events.acks: leader, topology.kafka.config.replica.fetch.min.bytes: 1000000, topology.kafka.config.replica.fetch.wait.max.ms: 500
                    and must violate "no acknowledged record is lost"
        needs     about … MiB
        takes     about … s (estimate: as recorded on two shared cores)
        lately    no run recorded here yet

    "
  `);
});
