/** Finds the scenarios: one file each, `scenarios/SYSTEM/NAME.scenario.ts`, default export. */
import { globSync } from "node:fs";
import { matchesGlob, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Topology } from "../systems/index.ts";
import { KAFKA_PROFILES, type Profile } from "../systems/profiles.ts";
import { platformFor } from "../systems/platform.ts";
import { LabError, messageOf } from "../errors.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import type { Shard } from "./flags.ts";
import { sideBySide } from "./turns.ts";

const PROJECT = resolve(import.meta.dirname, "../..");

/** The scenario of `npm start`. */
export const DEFAULT_SCENARIO = "kafka/leader-kill";

/** Loads one scenario file. @throws LabError `bad-scenario` naming the file and what is wrong. */
export async function loadScenario(file: string): Promise<Scenario> {
  let loaded: unknown;
  try {
    loaded = ((await import(pathToFileURL(file).href)) as { default?: unknown }).default;
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: "bad-scenario",
      message: `${file}: cannot be loaded: ${whereAndWhy(error)}`,
      hint: "npm run check shows type errors with their lines",
      cause: error,
    });
  }
  const isScenario =
    typeof loaded === "object" && loaded !== null && "id" in loaded && "run" in loaded && "mutants" in loaded;
  if (!isScenario) {
    throw new LabError({
      code: "bad-scenario",
      message: `${file}: has no default export made by scenario({ … })`,
      hint: "docs/write-a-scenario.md shows a whole one",
    });
  }
  return loaded as Scenario;
}

/** An error's message; for a mistake in the source also the place, which is in the head of its stack only. */
function whereAndWhy(error: unknown): string {
  if (!(error instanceof SyntaxError) || error.stack === undefined) return messageOf(error);
  const lines = error.stack.split("\n");
  const firstCall = lines.findIndex((line) => /^\s+at /.test(line));
  return lines
    .slice(0, firstCall < 0 ? 6 : firstCall)
    .join("\n")
    .trim();
}

/** All scenarios of the project, by id. */
export async function allScenarios(): Promise<readonly Scenario[]> {
  const files = globSync("scenarios/*/*.scenario.ts", { cwd: PROJECT }).sort();
  const scenarios = await Promise.all(
    files.map(async (file) => {
      const scenario = await loadScenario(resolve(PROJECT, file));
      if (file !== `scenarios/${scenario.id}.scenario.ts`) {
        throw new LabError({
          code: "bad-scenario",
          message: `${file}: its id is ${scenario.id}; id and file must agree`,
        });
      }
      return scenario;
    }),
  );
  return scenarios;
}

const files = new WeakMap<Scenario, string>();

async function scenarioOfFile(file: string): Promise<Scenario> {
  const scenario = await loadScenario(file);
  if (file !== resolve(PROJECT, `scenarios/${scenario.id}.scenario.ts`)) files.set(scenario, file);
  return scenario;
}

/** What names a scenario on the command line: its id, or the path of the file by which it was chosen, as seen from the project. */
export function wordFor(scenario: Scenario): string {
  const file = files.get(scenario);
  if (file === undefined) return scenario.id;
  const path = relative(PROJECT, file);
  return path.startsWith("..") ? file : `./${path}`;
}

/**
 * The scenarios that the words mean: ids, globs (`kafka/*`), or paths of scenario files; none means the default.
 * In the order of the words; within a glob, and of all, those of equal topology beside each other.
 * @throws LabError `bad-usage` for a word that means none, with the nearest that there are.
 */
export async function chosenScenarios(words: readonly string[], all = false): Promise<readonly Scenario[]> {
  const scenarios = await allScenarios();
  if (all) return sameClustersTogether(scenarios);
  const wanted = words.length === 0 ? [DEFAULT_SCENARIO] : words;
  const chosen = await Promise.all(
    wanted.map(async (word) => {
      if (word.endsWith(".ts")) return [await scenarioOfFile(resolve(word))];
      const matching = scenarios.filter(({ id }) => id === word || matchesGlob(id, word));
      if (matching.length > 0) return sameClustersTogether(matching);
      throw new LabError({
        code: "bad-usage",
        message: `no scenario ${JSON.stringify(word)}`,
        hint: `one of: ${scenarios.map(({ id }) => id).join(", ")}`,
      });
    }),
  );
  return [...new Map(chosen.flat().map((scenario) => [scenario.id, scenario])).values()];
}

const sameClustersTogether = (scenarios: readonly Scenario[]): readonly Scenario[] =>
  sideBySide(scenarios.map((scenario) => ({ scenario }))).map(({ scenario }) => scenario);

/** Every `of`-th scenario, beginning with the `index`-th (from 1): suites grow across machines by `--shard 1/3`. */
export const shard = <T>(items: readonly T[], part: Shard | undefined): readonly T[] =>
  part === undefined ? items : items.filter((_, place) => place % part.of === part.index - 1);

/**
 * The whole platform, a scenario's topology, or for a system's bare name the first of its scenarios'.
 * @throws LabError `bad-usage` for a word that means none.
 */
export async function topologyNamed(word: string, profile?: string): Promise<Topology> {
  if (word === "platform") return platformFor(profileNamed(profile));
  if (profile !== undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `--profile is for the platform; ${word} has the settings of its scenario`,
      hint: "lab up platform --profile production",
    });
  }
  const ofSystem = (await allScenarios()).filter(({ id }) => id.startsWith(`${word}/`));
  const [scenario] =
    ofSystem.length > 0
      ? [ofSystem.find(({ id }) => id === DEFAULT_SCENARIO) ?? ofSystem[0]]
      : await chosenScenarios([word]);
  if (scenario === undefined) throw new LabError({ code: "bad-usage", message: `no topology ${JSON.stringify(word)}` });
  return scenario.topology;
}

function profileNamed(word = "laptop"): Profile {
  const known = Object.keys(KAFKA_PROFILES) as Profile[];
  const found = known.find((profile) => profile === word);
  if (found !== undefined) return found;
  throw new LabError({
    code: "bad-usage",
    message: `no profile ${JSON.stringify(word)}`,
    hint: `there is: ${known.join(", ")}`,
  });
}
