import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { allScenarios, chosenScenarios, foundScenarios, problemsOf, wordFor } from "../../lab/cli/catalogue.ts";
import { loadScenario, openScenario } from "../../lab/cli/load-scenario.ts";
import { scenarioFiles, sourcesOf } from "../../lab/cli/scenario-files.ts";
import { readProject } from "../../lab/rehearsal/validation/project.ts";
import { refusal } from "../refusal.ts";
import { scenarioText } from "./scenario-text.ts";
import { ifStillRunning, milliseconds } from "../../lab/time.ts";

describe("choosing scenarios", () => {
  test("none named is the default, a glob is all that match, each once", () => {
    expect(chosenScenarios([]).map(({ id }) => id)).toEqual(["kafka/leader-kill"]);
    const leaders = chosenScenarios(["kafka/leader-*", "kafka/leader-kill"]);
    expect(leaders.map(({ id }) => id)).toEqual(["kafka/leader-kill", "kafka/leader-pause", "kafka/leader-slow"]);
    expect(chosenScenarios([], true)).toHaveLength(allScenarios().length);
    // The first that loads the lab's own modules once more, as scenario files meet them.
  }, 60_000);

  test("those of one topology stand beside each other, and ids where they were named", () => {
    const all = chosenScenarios([], true).map(({ topology }) => JSON.stringify(topology));
    const starts = all.filter((topology, place) => topology !== all[place - 1]);
    expect(starts).toHaveLength(new Set(all).size);
    const named = ["kafka/leader-pause", "zookeeper/quorum-lost", "kafka/leader-kill"];
    expect(chosenScenarios(named).map(({ id }) => id)).toEqual(named);
  });

  test("a file of one's own", () => {
    const file = join(import.meta.dirname, "../clusters/programs/held-open.scenario.ts");
    const [own] = chosenScenarios([file]);
    expect(own?.id).toBe("kafka/held-open");
    expect(own && wordFor(own)).toBe("./test/clusters/programs/held-open.scenario.ts");
  });

  test("is repeated by its path, and one of the project by its id", () => {
    const [shipped] = chosenScenarios(["scenarios/kafka/leader-kill.scenario.ts"]);
    expect(shipped && wordFor(shipped)).toBe("kafka/leader-kill");
  });

  test("a file that is no scenario is named", () => {
    expect(() => loadScenario(import.meta.filename.replace("catalogue.test", "no-such"))).toThrow(
      "no-such.ts: cannot be loaded",
    );
    expect(() => loadScenario(join(import.meta.dirname, "../../lab/time.ts"))).toThrow(
      "has no default export made by scenario(",
    );
  });
});

describe("files of scenarios", () => {
  const folder = mkdtempSync(join(tmpdir(), "lab-scenario-files-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  const write = (path: string, text: string): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  test("a broken one says so itself, and keeps nobody from another", () => {
    write("scenarios/kafka/fine.scenario.ts", scenarioText("kafka/fine"));
    write("scenarios/kafka/broken.scenario.ts", "export default nothing;");
    write("scenarios/kafka/other.scenario.ts", scenarioText("kafka/another"));
    const found = scenarioFiles(folder).map(openScenario);
    expect(found.map((each) => [each.id, "broken" in each ? each.broken.message : "fine"])).toEqual([
      ["kafka/broken", expect.stringContaining("broken.scenario.ts: cannot be loaded: nothing is not defined")],
      ["kafka/fine", "fine"],
      ["kafka/other", expect.stringContaining("its id is kafka/another; id and file must agree")],
    ]);
  });

  test.each(["0", "1"])("one that would end the process with %s is refused, and the lab goes on", (code) => {
    const file = write(`ends-${code}.scenario.ts`, `process.exit(${code});\nexport default {};`);
    expect(() => loadScenario(file)).toThrow("cannot be loaded: it would end the process");
  });

  test.each([
    ["loops", "for (;;);", "it did not end within 100 ms"],
    [
      "loops in what it gives",
      'export default { id: "a/b", mutants: {}, run() {}, get x() { for (;;); } };',
      "it did not",
    ],
    ["awaits", "await new Promise(() => {});", "it awaits something"],
    ["starts a timer", "setTimeout(() => { throw 1; }, 1);", "it would start a timer"],
    ["starts another timer", "setInterval(() => {}, 1);", "it would start a timer"],
    ["starts an immediate", "setImmediate(() => { for (;;); });", "it would start a timer"],
    ["aborts", "process.abort();", "it would end the process"],
    ["throws no error", 'throw "a text";', "cannot be loaded: a text"],
    ["throws what throws", "throw Object.create(null);", "does not say"],
    ["throws nothing", "throw undefined;", "cannot be loaded: undefined"],
  ])("one that %s is refused, and the lab goes on", (what, text, wanted) => {
    const file = write(
      `${what.replaceAll(" ", "-")}.scenario.ts`,
      text.includes("export") ? text : `${text}\nexport {};`,
    );
    const refused = refusal(() => loadScenario(file, milliseconds(100)));
    expect(refused).toContain(`bad-scenario: ${file}: cannot be loaded: `);
    expect(refused).toContain(wanted);
    expect(() => ifStillRunning(milliseconds(1), () => undefined)).not.toThrow();
  });

  test.each([
    ["a getter that throws", "{ get topology() { throw new Error('no'); } }", "cannot be loaded: no"],
    [
      "a Proxy that throws",
      "{ load: new Proxy({}, { ownKeys() { throw new Error('no'); } }) }",
      "cannot be loaded: no",
    ],
    ["a function", "{ load: { events: { rate: () => 1 } } }", ": load.events.rate is a function"],
    ["a promise", "{ title: Promise.resolve(1) }", ": title is a Promise"],
    ["a big number", "{ settings: { most: 1n } }", ": settings.most is a bigint"],
    [
      "itself",
      "(() => { const load = {}; load.again = load; return { load }; })()",
      ": load.again.again refers to itself",
    ],
  ])("one that holds %s is refused with its place", (what, held, wanted) => {
    const text = `export default Object.defineProperties({ id: "kafka/held", mutants: {}, run() {} }, Object.getOwnPropertyDescriptors(${held}));`;
    const file = write(`holds-${what.replaceAll(" ", "-")}.scenario.ts`, text);
    expect(refusal(() => loadScenario(file))).toContain(wanted);
  });

  test("one that gives a Proxy in its own place is refused", () => {
    const traps = "{ has() { throw new Error('no'); }, get() { throw new Error('no'); } }";
    const file = write("proxy.scenario.ts", `export default new Proxy({}, ${traps});`);
    expect(refusal(() => loadScenario(file))).toContain("proxy.scenario.ts: cannot be loaded: no");
  });

  test("what one sets the process's exit code to is not the lab's", () => {
    const file = write("exit-code.scenario.ts", `process.exitCode = 1;\n${scenarioText("kafka/exit-code")}`);
    // Other tests of this process may have set one.
    const before = process.exitCode;
    loadScenario(file);
    expect(process.exitCode).toBe(before);
  });

  test("what a builder refuses is told with the file", () => {
    const file = write(
      "refused.scenario.ts",
      scenarioText("kafka/refused").replace("kafkaCluster({", "kafkaCluster({ brokers: 0,"),
    );
    expect(() => loadScenario(file)).toThrow(/refused\.scenario\.ts(:\d+)?: kafkaCluster: brokers is 0/);
  });

  test("two of one id are refused wherever they lie, and one that is named twice is one", () => {
    const [one, two] = [
      write("one.scenario.ts", scenarioText("kafka/same")),
      write("two.scenario.ts", scenarioText("kafka/same")),
    ];
    const doubled = foundScenarios([one, two]).map((each) => ("broken" in each ? each.broken.message : "fine"));
    expect(doubled).toEqual(Array(2).fill(`2 files hold a scenario "kafka/same": ${one}, ${two}`));
    expect(foundScenarios([one, one])).toHaveLength(1);
    expect(foundScenarios([one]).map(({ id }) => id)).toEqual(["kafka/same"]);
    const taken = write("taken.scenario.ts", scenarioText("kafka/leader-kill"));
    const message = `2 files hold a scenario "kafka/leader-kill": ${taken}, scenarios/kafka/leader-kill.scenario.ts`;
    expect(() => chosenScenarios([taken])).toThrow(message);
    expect(foundScenarios(["kafka/leader-kill", taken]).map((each) => "broken" in each)).toEqual([false, true]);
  });

  test("all that are broken are told at once, with a command that finds them again", () => {
    const [one, two] = [write("it's.scenario.ts", "export {};"), join(folder, "no-such.scenario.ts")];
    const told = refusal(() => chosenScenarios([one, two, "kafka/leader-kill"]));
    expect(told).toContain(`${one} cannot be rehearsed`);
    expect(told).toContain(`${two}: cannot be loaded: there is no such file`);
    expect(told).toContain(`lab validate '${one.replace("'", "'\\''")}' ${two} shows them again`);
    expect(refusal(() => foundScenarios(["kafka/leader-kil", "nope", "kafka/*"]))).toBe(
      'bad-usage: no scenario "kafka/leader-kil", "nope"; did you mean kafka/leader-kill? lab list shows all',
    );
  });

  test("one that cannot be meant is refused with file and line before anything starts", () => {
    const file = write("wrong.scenario.ts", scenarioText("kafka/wrong").replace('of: "events"', 'of: "evnets"'));
    expect(() => chosenScenarios([file])).toThrow(
      /wrong\.scenario\.ts:8: expect\.recovers\.of names the load "evnets", which is not there/,
    );
    const [found] = foundScenarios([file]);
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
