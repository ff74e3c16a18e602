import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { IConfiguration, ICruiseResult } from "dependency-cruiser";
import { cruise } from "dependency-cruiser";
import extractConfiguration from "dependency-cruiser/config-utl/extract-depcruise-config";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const configuration: IConfiguration = await extractConfiguration(
  join(import.meta.dirname, "../.dependency-cruiser.js"),
);

/** One break of each rule: the file that breaks it, and what it imports. */
const breaks: Readonly<Record<string, readonly [file: string, imported: string]>> = {
  "scenarios-know-the-front-door-only": ["scenarios/kafka/a.scenario.ts", "../../lab/time.ts"],
  "judging-needs-no-containers": ["lab/checks/a.ts", "../rehearsal/through.ts"],
  "judging-needs-no-network": ["reports/a.ts", "node:http"],
  "engine-alone-talks-to-docker": ["lab/faults/a.ts", "dockerode"],
  "docker-clients-live-in-one-folder": ["lab/engine/image-build/a.ts", "dockerode"],
  "clients-live-with-their-systems": ["lab/rehearsal/a.ts", "kafkajs"],
  "services-know-their-own-folder-only": ["lab/platform/a/image/main.ts", "../../../time.ts"],
  "nobody-calls-a-services-program": ["lab/systems/b.ts", "../platform/a/image/part.ts"],
  "drivers-are-the-faults-own": ["lab/rehearsal/a.ts", "../faults/drivers/rules.ts"],
  "processes-start-in-few-places": ["lab/rehearsal/a.ts", "node:child_process"],
  "nobody-knows-the-command-line": ["lab/rehearsal/a.ts", "../cli/run.ts"],
  "floor-1-knows-none-above": ["lab/engine/a.ts", "../faults/drivers/rules.ts"],
  "floor-2-knows-none-above": ["lab/load/a.ts", "../systems/a.ts"],
  "floor-3-knows-none-above": ["lab/systems/b.ts", "../faults/a.ts"],
  "floor-4-knows-none-above": ["lab/faults/b.ts", "../rehearsal/through.ts"],
  "floor-5-knows-none-above": ["reports/b.ts", "../lab/judging/a.ts"],
  "floor-6-knows-none-above": ["lab/judging/b.ts", "../rehearsal/through.ts"],
  "code-does-not-know-tests": ["lab/load/a.ts", "fast-check"],
  "foundations-know-nobody": ["lab/errors.ts", "./engine/index.ts"],
  "no-circles": ["lab/engine/index.ts", "./index.ts"],
  "every-import-is-found": ["lab/load/a.ts", "./nowhere.ts"],
};

/** Imports that come near a rule and are allowed. */
const allowed: readonly (readonly [file: string, imported: string])[] = [
  ["scenarios/kafka/a.scenario.ts", "../../lab/index.ts"],
  ["lab/checks/a.ts", "../time.ts"],
  ["reports/a.ts", "../lab/checks/a.ts"],
  ["reports/a.ts", "node:fs"],
  ["lab/engine/docker/a.ts", "dockerode"],
  ["lab/systems/a.ts", "kafkajs"],
  ["lab/platform/a/image/main.ts", "./part.ts"],
  ["lab/faults/a.ts", "./drivers/rules.ts"],
  ["lab/engine/a.ts", "node:child_process"],
  ["lab/faults/a.ts", "../engine/index.ts"],
  ["lab/cli/main.ts", "./run.ts"],
  ["lab/time.ts", "./errors.ts"],
  ["test/a.test.ts", "../lab/cli/run.ts"],
];

/** Files that the imports above lead to. */
const present: Readonly<Record<string, string>> = {
  "lab/index.ts": "",
  "lab/time.ts": "",
  "lab/errors.ts": "",
  "lab/engine/index.ts": "",
  "lab/rehearsal/through.ts": `import "../engine/index.ts";`,
  "lab/faults/a.ts": "",
  "lab/faults/drivers/rules.ts": "",
  "lab/judging/a.ts": "",
  "lab/systems/a.ts": "",
  "lab/platform/a/image/part.ts": "",
  "lab/cli/run.ts": "",
  "node_modules/dockerode/index.js": "",
  "node_modules/kafkajs/index.js": "",
  "node_modules/fast-check/index.js": "",
};

let tree: string;

function write(path: string, content: string): void {
  const whole = join(tree, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, `${content}\nexport {};\n`);
}

/** The names of the rules that the tree breaks, with the file that breaks each. */
async function violations(): Promise<{ rule: string; file: string }[]> {
  const { tsConfig: _, ...options } = configuration.options ?? {};
  const { output } = await cruise(["lab", "scenarios", "reports", "test"], {
    ...options,
    baseDir: tree,
    ruleSet: configuration,
    validate: true,
  });
  return (output as ICruiseResult).summary.violations.map(({ rule, from }) => ({ rule: rule.name, file: from }));
}

beforeEach(() => {
  tree = mkdtempSync(join(tmpdir(), "resilience-lab-rules-"));
  for (const folder of ["lab", "scenarios", "reports", "test"]) mkdirSync(join(tree, folder));
  for (const [path, content] of Object.entries(present)) write(path, content);
});

afterEach(() => rmSync(tree, { recursive: true }));

describe("dependency rules", () => {
  test("each rule has a break below", () => {
    expect(Object.keys(breaks)).toEqual(configuration.forbidden?.map(({ name }) => name));
  });

  test.each(Object.entries(breaks))("%s fires", async (rule, [file, imported]) => {
    write(file, `import "${imported}";`);
    expect(await violations()).toContainEqual({ rule, file });
  });

  test("near misses are allowed", async () => {
    const byFile = Map.groupBy(allowed, ([file]) => file);
    for (const [file, imports] of byFile)
      write(file, imports.map(([, imported]) => `import "${imported}";`).join("\n"));
    expect(await violations()).toEqual([]);
  });
});
