import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { allScenarios, chosenScenarios, foundScenarios, problemsOf, wordFor } from "../../lab/cli/catalogue.ts";
import { loadScenario, openScenario, scenarioFiles, sourcesOf } from "../../lab/cli/scenario-files.ts";
import { readProject } from "../../lab/rehearsal/validation/project.ts";
import { milliseconds } from "../../lab/time.ts";

describe("choosing scenarios", () => {
  test("none named is the default, a glob is all that match, each once", async () => {
    expect((await chosenScenarios([])).map(({ id }) => id)).toEqual(["kafka/leader-kill"]);
    const leaders = await chosenScenarios(["kafka/leader-*", "kafka/leader-kill"]);
    expect(leaders.map(({ id }) => id)).toEqual(["kafka/leader-kill", "kafka/leader-pause", "kafka/leader-slow"]);
    expect(await chosenScenarios([], true)).toHaveLength((await allScenarios()).length);
  });

  test("those of one topology stand beside each other, and ids where they were named", async () => {
    const all = (await chosenScenarios([], true)).map(({ topology }) => JSON.stringify(topology));
    const starts = all.filter((topology, place) => topology !== all[place - 1]);
    expect(starts).toHaveLength(new Set(all).size);
    const named = ["kafka/leader-pause", "zookeeper/quorum-lost", "kafka/leader-kill"];
    expect((await chosenScenarios(named)).map(({ id }) => id)).toEqual(named);
  });

  test("a file of one's own", async () => {
    const file = join(import.meta.dirname, "../clusters/programs/held-open.scenario.ts");
    const [own] = await chosenScenarios([file]);
    expect(own?.id).toBe("kafka/held-open");
    expect(own && wordFor(own)).toBe("./test/clusters/programs/held-open.scenario.ts");
  });

  test("is repeated by its path, and one of the project by its id", async () => {
    const [shipped] = await chosenScenarios(["scenarios/kafka/leader-kill.scenario.ts"]);
    expect(shipped && wordFor(shipped)).toBe("kafka/leader-kill");
  });

  test("a file that is no scenario is named", async () => {
    await expect(loadScenario(import.meta.filename.replace("catalogue.test", "no-such"))).rejects.toThrow(
      "no-such.ts: cannot be loaded",
    );
    await expect(loadScenario(join(import.meta.dirname, "../../lab/time.ts"))).rejects.toThrow(
      "has no default export made by scenario(",
    );
  });
});

describe("files of scenarios", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-scenario-files-"));
  const front = join(import.meta.dirname, "../../lab/index.ts");
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (path: string, text: string): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const whole = (id: string, change = (text: string): string => text): string =>
    change(`import { check, kafkaCluster, produce, scenario, seconds } from ${JSON.stringify(front)};
export default scenario({
  id: "${id}",
  title: "t",
  description: "d",
  topology: { kafka: kafkaCluster({ topics: { events: {} } }) },
  load: { events: produce({ to: "kafka.events" }) },
  expect: { recovers: check.recovery({ of: "events", within: seconds(15) }) },
  slos: [],
  mutants: { m: { change: { load: { events: { acks: "leader" } } }, violates: "recovers" } },
  async run({ load, step }) {
    await step("warm up", () => load.events.runFor(seconds(1)));
  },
});
`);

  test("a broken one says so itself, and keeps nobody from another", async () => {
    write("scenarios/kafka/fine.scenario.ts", whole("kafka/fine"));
    write("scenarios/kafka/broken.scenario.ts", "export default nothing;");
    write("scenarios/kafka/other.scenario.ts", whole("kafka/another"));
    const found = await Promise.all(scenarioFiles(folder).map(openScenario));
    expect(found.map((each) => [each.id, "broken" in each ? each.broken.message : "fine"])).toEqual([
      ["kafka/broken", expect.stringContaining("broken.scenario.ts: cannot be loaded: nothing is not defined")],
      ["kafka/fine", "fine"],
      ["kafka/other", expect.stringContaining("its id is kafka/another; id and file must agree")],
    ]);
  });

  test.each(["0", "1"])("one that would end the process with %s is refused, and the lab goes on", async (code) => {
    const file = write(`ends-${code}.scenario.ts`, `process.exit(${code});\nexport default {};`);
    await expect(loadScenario(file)).rejects.toThrow("cannot be loaded: it would end the process");
  });

  test("one whose import never settles has a limit", async () => {
    const file = write("hangs.scenario.ts", "await new Promise(() => {});\nexport default {};");
    await expect(loadScenario(file, milliseconds(50))).rejects.toThrow(
      /hangs\.scenario\.ts: cannot be loaded: the import of .* did not end within 50 ms/,
    );
  });

  test("what a builder refuses is told with the file", async () => {
    const file = write(
      "refused.scenario.ts",
      whole("kafka/refused", (text) => text.replace("kafkaCluster({", "kafkaCluster({ brokers: 0,")),
    );
    await expect(loadScenario(file)).rejects.toThrow(/refused\.scenario\.ts(:\d+)?: kafkaCluster: brokers is 0/);
  });

  test("two of one id are refused, and one that is named twice is one", async () => {
    const [one, two] = [write("one.scenario.ts", whole("kafka/same")), write("two.scenario.ts", whole("kafka/same"))];
    await expect(foundScenarios([one, two])).rejects.toThrow('2 files hold a scenario "kafka/same"');
    expect(await foundScenarios([one, one])).toHaveLength(1);
  });

  test("one that cannot be meant is refused with file and line before anything starts", async () => {
    const file = write(
      "wrong.scenario.ts",
      whole("kafka/wrong", (text) => text.replace('of: "events"', 'of: "evnets"')),
    );
    await expect(chosenScenarios([file])).rejects.toThrow(
      /wrong\.scenario\.ts:8: expect\.recovers\.of names the load "evnets", which is not there/,
    );
    const [found] = await foundScenarios([file]);
    expect(found === undefined ? [] : problemsOf(found, readProject())).toEqual([
      {
        at: expect.stringMatching(/wrong\.scenario\.ts:8$/) as string,
        what: 'expect.recovers.of names the load "evnets", which is not there',
        hint: 'did you mean "events"? there is: events',
      },
    ]);
  });

  test("a script's words are looked for in what it imports from beside it, too", () => {
    const file = write("imports.scenario.ts", 'import { steps } from "./steps.ts";\nexport default steps;');
    write("steps.ts", "export const steps = 1;");
    expect(sourcesOf(file).map(({ file: name }) => name.replace(/^.*\//, ""))).toEqual([
      "imports.scenario.ts",
      "steps.ts",
    ]);
  });
});
