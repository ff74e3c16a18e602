import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Command } from "commander";
import { LabError } from "../errors.ts";
import { findRun, runsFolder } from "../run-folder/run-files.ts";
import { RUN_HELP } from "./check.ts";
import { print } from "./output.ts";

export function addShow(program: Command): void {
  program
    .command("show")
    .description("open a run's report in the browser, or the page of all runs; where there is none, print its address")
    .argument("[run]", `${RUN_HELP}; 'index': the page of all runs`, "last")
    .option("--print", "print the address alone, and open nothing")
    .addHelpText(
      "after",
      `
Examples:
  lab show              the latest run's report
  lab show leader-kill  that of the latest run with this in its name
  lab show index        reports/runs/index.html, all nights on one page

The address is printed in any case. BROWSER names the program that opens it, where the desktop's own is not wanted.`,
    )
    .action(async (run: string, options: { print?: boolean }) => {
      const file = run === "index" ? join(runsFolder(), "index.html") : join(await findRun(run), "report.html");
      if (!existsSync(file))
        throw new LabError({
          code: "bad-usage",
          message: `${file} is not there`,
          hint: run === "index" ? "lab report draws it" : `lab report ${run} draws it`,
        });
      const { href } = pathToFileURL(file);
      print(href);
      if (options.print !== true) openInBrowser(href);
    });
}

/** Starts the program that opens addresses here, and does not wait for it; silent where there is none. */
function openInBrowser(address: string): void {
  const [program, ...words] = opener();
  if (program === undefined) return;
  const child = spawn(program, [...words, address], { stdio: "ignore", detached: true });
  child.on("error", () => undefined);
  child.unref();
}

function opener(): readonly string[] {
  const { BROWSER, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (BROWSER !== undefined && BROWSER !== "") return [BROWSER];
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["cmd", "/c", "start", ""];
  return [DISPLAY, WAYLAND_DISPLAY].some((each) => each !== undefined && each !== "") ? ["xdg-open"] : [];
}
