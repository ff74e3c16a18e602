import type { Command } from "commander";
import { examineMachine } from "../engine/index.ts";
import { faultSupport } from "../faults/index.ts";
import { exitOfDoctor } from "./exit-codes.ts";
import { orphansOnThisMachine, rowOfOrphan } from "./orphans.ts";
import { paint, print, printJson, table } from "./output.ts";

const LOOK = { ok: ["✓", "green"], limited: ["~", "yellow"], missing: ["✗", "red"] } as const;

export function addDoctor(program: Command): void {
  program
    .command("doctor")
    .description("show what this machine can do: engine, kernel, memory, disk, images, faults")
    .option("--json", "print the rows as JSON")
    .addHelpText(
      "after",
      "\nChanges nothing. Exit code: 0 when all that a rehearsal needs is there or can be had, 3 when something is missing.",
    )
    .action(async (options: { json?: boolean }) => {
      const orphans = await orphansOnThisMachine();
      const rows = [...(await examineMachine(faultSupport)), ...orphans.map(rowOfOrphan)];
      if (options.json) printJson(rows);
      else {
        print(
          table([
            ["", "area", "what", "detail"],
            ...rows.map(({ area, what, status, detail }) => [LOOK[status][0], area, what, detail]),
          ]),
        );
        for (const { what, status, mend } of rows) {
          if (mend !== undefined) print(`${paint(LOOK[status][1], LOOK[status][0])} ${what}: ${mend}`);
        }
      }
      process.exitCode = exitOfDoctor(rows);
    });
}
