/** The recipes of docs/nightly.md: what can be known of them without the servers that they are for. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse, parseDocument } from "yaml";
import { shardFlag } from "../../lab/cli/flags.ts";
import { labProgram } from "../../lab/cli/program.ts";

const text = readFileSync(join(import.meta.dirname, "../../docs/nightly.md"), "utf8");
const blocks = (language: string): readonly string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\``, "gm"))].map(([, block = ""]) => block);
const [github = "", gitlab = ""] = blocks("yaml");

/** `run --all --shard 1/3`, of every line of a block that calls the lab. */
const calls = [github, gitlab, ...blocks("groovy"), ...blocks("")].flatMap((block) =>
  [...block.matchAll(/npm run lab -- ([^'"\n|&]+)/g)].map(([, words = ""]) => words.trim()),
);

/** As the server would fill it in. */
const filledIn = (words: string): readonly string[] =>
  words
    .replace(/\$\{\{ matrix\.shard \}\}|\$SHARD|\$CI_NODE_INDEX/g, "1")
    .replace("$CI_NODE_TOTAL", "3")
    .split(/\s+/);

describe("the recipes for CI servers", () => {
  test("are YAML without a mistake or a doubled key", () => {
    for (const block of [github, gitlab]) {
      const { errors, warnings } = parseDocument(block, { uniqueKeys: true, strict: true });
      expect([...errors, ...warnings]).toEqual([]);
    }
  });

  test("call the lab with commands and flags that it has", () => {
    expect(calls.length).toBeGreaterThan(10);
    for (const words of calls) {
      const [name = "", ...rest] = filledIn(words);
      const command = labProgram().commands.find((each) => each.name() === name);
      expect(command, words).toBeDefined();
      const known = command?.options.map(({ long }) => long) ?? [];
      for (const flag of rest.filter((each) => each.startsWith("--"))) expect(known, words).toContain(flag);
      const shard = rest[rest.indexOf("--shard") + 1];
      if (rest.includes("--shard")) expect(shardFlag(shard ?? "")).toEqual({ index: 1, of: 3 });
    }
  });

  test("for GitHub has jobs that run somewhere, whose steps do one thing each, and merges what it uploaded", () => {
    interface Step {
      readonly run?: string;
      readonly uses?: string;
      readonly with?: Readonly<Record<string, unknown>>;
    }
    const { on, jobs } = parse(github) as {
      on: object;
      jobs: Readonly<
        Record<string, { readonly "runs-on": string; readonly needs?: string; readonly steps: readonly Step[] }>
      >;
    };
    expect(Object.keys(on)).toEqual(["schedule", "workflow_dispatch"]);
    for (const job of Object.values(jobs)) {
      expect(job["runs-on"]).toBe("ubuntu-latest");
      if (job.needs !== undefined) expect(jobs).toHaveProperty(job.needs);
      for (const step of job.steps) expect(Number(step.run === undefined) + Number(step.uses === undefined)).toBe(1);
      for (const { uses } of job.steps)
        if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+(\/[a-z]+)?@v\d+$/);
    }
    const uploaded = jobs["rehearse"]?.steps.find(({ uses }) => uses?.startsWith("actions/upload-artifact"))?.with?.[
      "name"
    ];
    const merge = jobs["night"]?.steps.find(({ run }) => run?.includes("lab -- merge"))?.run;
    expect(merge).toContain(`shards/${String(uploaded).replace("${{ matrix.shard }}", "1")}`);
  });

  test("for GitLab has jobs of its stages, with scripts, and hands over what it merges", () => {
    const {
      stages,
      default: _defaults,
      variables: _variables,
      ...jobs
    } = parse(gitlab) as {
      readonly stages: readonly string[];
      readonly default: object;
      readonly variables: object;
    } & Readonly<
      Record<
        string,
        {
          readonly stage: string;
          readonly script: readonly unknown[];
          readonly artifacts: { readonly paths: readonly string[] };
        }
      >
    >;
    for (const [name, job] of Object.entries(jobs)) {
      expect(stages, name).toContain(job.stage);
      for (const line of job.script) expect(line, name).toBeTypeOf("string");
    }
    expect(jobs["rehearse"]?.artifacts.paths).toEqual(["shards"]);
    expect(jobs["night"]?.artifacts.paths).toEqual(["reports/runs"]);
  });
});
