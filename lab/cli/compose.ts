import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { composeFile } from "../systems/compose.ts";
import { SYSTEMS } from "../systems/index.ts";
import { officialBuild } from "../engine/index.ts";
import { topologyNamed } from "./catalogue.ts";
import { exitOfComparison } from "./exit-codes.ts";
import { print } from "./output.ts";

const COMPOSE_FILE = resolve(import.meta.dirname, "../../docker-compose.lab.yml");

export function addCompose(program: Command): void {
  program
    .command("compose")
    .description("print a topology as a compose file")
    .argument("[topology]", `platform, a system (${[...SYSTEMS.keys()].join(", ")}), or a scenario`, "platform")
    .option("--profile <name>", "settings of the platform: laptop (the default) or production")
    .option("--write", "write docker-compose.lab.yml")
    .option("--check", "compare docker-compose.lab.yml with what would be written; exit code 4 when it is out of date")
    .action((word: string, options: { write?: boolean; check?: boolean; profile?: string }) => {
      const text = composeFile(topologyNamed(word, options.profile), officialBuild);
      if (options.write) {
        writeFileSync(COMPOSE_FILE, text);
        print(COMPOSE_FILE);
      } else if (options.check) {
        const upToDate = readFileSync(COMPOSE_FILE, "utf8") === text;
        print(
          upToDate
            ? "docker-compose.lab.yml is up to date"
            : "docker-compose.lab.yml is out of date: npm run lab -- compose --write",
        );
        process.exitCode = exitOfComparison(upToDate);
      } else print(text);
    });
}
