import { describe, expect, test } from "vitest";
import { readScript, says, UNREAD } from "../../../lab/rehearsal/validation/script.ts";
import { monotonicMs } from "../../../lab/time.ts";

const read = (text: string) => readScript([{ file: "a.scenario.ts", text }]);

describe("what a script says in plain words", () => {
  test("names of steps, however they are quoted and broken into lines", () => {
    const { steps } = read(
      `await step("warm up", act); await step(\n      'writes go on',\n act); await step(\`calm\`, act);`,
    );
    expect(steps).toEqual({ names: ["warm up", "writes go on", "calm"], patterns: [], others: false });
    expect(says(steps, "calm")).toBe(true);
    expect(says(steps, "storm")).toBe(false);
  });

  test("names with a part that only running knows are matched by the rest", () => {
    const { steps } = read("for (const time of times) await step(`without the ${time} (again)`, act);");
    expect(says(steps, "without the first (again)")).toBe(true);
    expect(says(steps, "without the first again")).toBe(false);
  });

  test("a name in a variable may be any", () => {
    expect(says(read("await step(name, act);").steps, "whatever")).toBe(true);
    expect(says(UNREAD.steps, "whatever")).toBe(true);
  });

  test("not what stands in comments, nor what only sounds alike", () => {
    const { steps } = read(
      `// step("in a comment", act)\n/* step("in another", act) */ footstep("x", y); run.step("z", y);`,
    );
    expect(steps.names).toEqual([]);
    expect(read(`step("a // b", act)`).steps.names).toEqual(["a // b"]);
  });

  test("whom faults mean, and of what kinds they are", () => {
    const { targets, faults } = read(`
      fault.kill("leader of events/0");
      fault.partition({ isolate: "kafka-1", clients: true });
      fault.reset({ between: ["minio-3, minio-4", "others"] });
      fault.loss({ from: 'kafka-1', to: "kafka-2", percent: 30 });
      fault.corrupt("minio-3", { files: "rehearsal/**", by: "removing" });
      fault.kill(\`reader-\${number}\`); fault.pause(node);`);
    expect(targets).toEqual([...["leader of events/0", "kafka-1", "minio-3, minio-4", "others", "kafka-2", "minio-3"]]);
    expect(faults).toEqual(["kill", "partition", "reset", "loss", "corrupt", "pause"]);
  });

  test("which loads it uses, where that name can only mean them", () => {
    expect(read("async run({ load, step }) { await load.evnets.stop(); }").loads).toEqual(["evnets"]);
    expect(read("async run({ step }) { await load.evnets.stop(); }").loads).toEqual([]);
    expect(read("async run({ load }) { for (const load of all) await load.stop(); }").loads).toEqual([]);
  });

  test("that it adds what the topology does not have yet", () => {
    expect(read(`kafka.createTopic("later", {})`).grows).toBe(true);
    expect(read("load.events.runFor(seconds(1))").grows).toBe(false);
  });

  test("a text that never ends keeps nobody waiting", () => {
    const startedMs = monotonicMs();
    read(`step("${"a".repeat(100_000)}`);
    read(`fault.kill(${"(".repeat(50_000)}`);
    expect(monotonicMs() - startedMs).toBeLessThan(5_000);
  });
});
