import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
// The whole command line, so that no test pays for its import.
import "../../lab/cli/program.ts";
import { chosenReporters } from "../../lab/cli/reporters.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { labHere, placeRun } from "./lab-here.ts";

/** The first block of TypeScript in the page on reporters. */
const example =
  /```ts\n([^]*?)```/.exec(readFileSync(join(import.meta.dirname, "../../docs/reporters.md"), "utf8"))?.[1] ?? "";

describe("--reporter", () => {
  test("adds the one that docs/reporters.md shows: it draws, speaks, and the lab's own are drawn as ever", async () => {
    using folder = temporaryFolder();
    const front = join(import.meta.dirname, "../../reports/index.ts");
    const file = join(folder.path, "one-line.ts");
    writeFileSync(file, example.replace("../reports/index.ts", front));
    const run = placeRun(folder.path, "held-leader-kill");
    const { code, stdout, stderr } = await labHere(["report", run, "--reporter", file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^held {2}The leader of a loaded partition .*\n.*report\.html\n$/);
    expect(readFileSync(join(run, "one-line.txt"), "utf8")).toMatch(/^held {2}/);
    expect(readFileSync(join(run, "summary.md"), "utf8")).toContain("held");
  });

  test("one that crashes is named with 3, and the others are drawn", async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, "crash.ts");
    writeFileSync(file, 'export default { name: "crash", run() { throw new Error("no ink"); } };');
    const run = placeRun(folder.path, "held-leader-kill");
    const { code, stderr } = await labHere(["report", run, "--reporter", file]);
    expect({ code, stderr }).toEqual({ code: 3, stderr: "reporter crash could not be drawn: no ink\n" });
    expect(readFileSync(join(run, "report.html"), "utf8")).toContain("</html>");
  });

  test.each([
    ["no reporter", "export default 7;", "its default export is no reporter"],
    ["no name", "export default { run() {} };", "its name is no word of small letters"],
    ["the name of one of the lab's", 'export default { name: "junit", run() {} };', "is that of one of the lab's own"],
    ["a field that is none", 'export default { name: "own", onRun() {} };', "onRun is no field of a reporter"],
    ["no function", 'export default { name: "own", run: "x" };', "run is no function"],
    ["nothing to report", 'export default { name: "own", crashed() {} };', "would report nothing"],
    ["an end of the process", "process.exit(0); export default {};", "it would end the process"],
    ["a mistake", "export default nothing;", "cannot be loaded: nothing is not defined"],
  ])("a file that holds %s is refused before anything starts", async (_, text, why) => {
    using folder = temporaryFolder();
    const file = join(folder.path, "own.ts");
    writeFileSync(file, text);
    await expect(chosenReporters([file])).rejects.toThrow(why);
    const { code, stdout } = await labHere(["run", "--reporter", file]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: "" });
  });

  test("a file that is not there is refused", async () => {
    await expect(chosenReporters(["/nonexistent/own.ts"])).rejects.toThrow("there is no such file");
  });
});
