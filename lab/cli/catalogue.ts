/** Chooses scenarios by their ids, by globs, or by files, and refuses those that cannot be meant before anything starts. */
import { realpathSync } from "node:fs";
import { matchesGlob, resolve } from "node:path";
import { SYSTEMS, type Topology } from "../systems/index.ts";
import { KAFKA_PROFILES, type Profile } from "../systems/profiles.ts";
import { platformFor } from "../systems/platform.ts";
import { LabError } from "../errors.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import { nearest } from "../rehearsal/validation/problems.ts";
import { problemLine, toldError, toldProblem, type ToldProblem } from "../rehearsal/validation/told.ts";
import { readProject, type Project } from "../rehearsal/validation/project.ts";
import { validateScenario } from "../rehearsal/validation/validate.ts";
import {
  loadScenario,
  openScenario,
  scenarioFiles,
  shownFile,
  sourcesOf,
  type Found,
  type ScenarioFile,
} from "./scenario-files.ts";
import { sideBySide } from "./turns.ts";

/** The scenario of `npm start`. */
export const DEFAULT_SCENARIO = "kafka/leader-kill";

/** All scenario files of the project with what each holds, by id; a broken one does not keep the others from it. */
export const findScenarios = (): Promise<readonly Found[]> => Promise.all(scenarioFiles().map(openScenario));

/** All scenarios of the project, by id. @throws LabError `bad-scenario` of the first file that is broken */
export const allScenarios = async (): Promise<readonly Scenario[]> => (await findScenarios()).map(whole);

function whole(found: Found): Scenario {
  if ("broken" in found) throw found.broken;
  return found.scenario;
}

/**
 * The files that the words mean, with what each holds: ids, globs (`kafka/*`), or paths of scenario files; none means
 * the default. In the order of the words, each once; only those files are loaded.
 * @throws LabError `bad-usage` for a word that means none, with the nearest that there is; `bad-scenario` for two files
 * of one id
 */
export const foundScenarios = async (words: readonly string[], all = false): Promise<readonly Found[]> => [
  ...new Set((await foundByWord(words, all)).flat()),
];

/** For each word what it means; a file that several words mean is the same each time. */
async function foundByWord(words: readonly string[], all: boolean): Promise<readonly (readonly Found[])[]> {
  const files = scenarioFiles();
  const named = words.length === 0 ? [DEFAULT_SCENARIO] : words;
  const wanted = all ? [files] : named.map((word) => filesOf(word, files));
  const once = new Map(wanted.flat().map((each) => [realFile(each.file), each]));
  const opened = new Map(await Promise.all([...once].map(async ([real, each]) => [real, await open(each)] as const)));
  refuseDoubles([...opened.values()]);
  return wanted.map((group) => group.flatMap(({ file }) => opened.get(realFile(file)) ?? []));
}

/** Runs and their history are kept by id, and one of two would be dropped without a word. */
function refuseDoubles(found: readonly Found[]): void {
  for (const [id, same] of Map.groupBy(found, (each) => each.id)) {
    if (same.length === 1) continue;
    throw new LabError({
      code: "bad-scenario",
      message: `${same.length} files hold a scenario ${JSON.stringify(id)}: ${same.map(({ file }) => shownFile(file)).join(", ")}`,
      hint: "give one of them another id: runs and their history are kept by id",
    });
  }
}

/** A file that was named by its path may lie anywhere, and says its id itself. */
type NamedFile = Omit<ScenarioFile, "id"> & { readonly id?: string };

function filesOf(word: string, files: readonly ScenarioFile[]): readonly NamedFile[] {
  if (word.endsWith(".ts")) {
    const file = resolve(word);
    return [files.find((each) => each.file === file) ?? { file }];
  }
  const matching = files.filter(({ id }) => id === word || matchesGlob(id, word));
  if (matching.length > 0) return matching;
  const meant = nearest(
    word,
    files.map(({ id }) => id),
  );
  throw new LabError({
    code: "bad-usage",
    message: `no scenario ${JSON.stringify(word)}`,
    hint: `${meant === undefined ? "" : `did you mean ${meant}? `}lab list shows all`,
  });
}

async function open({ id, file }: NamedFile): Promise<Found> {
  if (id !== undefined) return openScenario({ id, file });
  const scenario = await loadScenario(file);
  ownFiles.set(scenario, file);
  return { id: scenario.id, file, scenario };
}

/** The files that were named by their paths and are none of the project's scenarios. */
const ownFiles = new WeakMap<Scenario, string>();

/** What names a scenario on the command line: its id, or the path of the file by which it was chosen, as seen from the project. */
export function wordFor(scenario: Scenario): string {
  const file = ownFiles.get(scenario);
  if (file === undefined) return scenario.id;
  const path = shownFile(file);
  return path === file ? file : `./${path}`;
}

/** The same file by two ways is one. */
function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/**
 * The scenarios that the words mean, as `foundScenarios`, each seen to be one that can be meant.
 * Within a glob, and of all, those of equal topology stand beside each other.
 * @throws LabError `bad-usage` for a word that means none; `bad-scenario` with all problems of all those that are chosen
 */
export async function chosenScenarios(words: readonly string[], all = false): Promise<readonly Scenario[]> {
  const groups = await foundByWord(words, all);
  refuseProblems([...new Set(groups.flat())]);
  return [...new Set(groups.flatMap((group) => sameClustersTogether(group.map(whole))))];
}

/** What is wrong with a scenario file, a line each with its place; empty when nothing is. */
export function problemsOf(found: Found, project: Project): readonly ToldProblem[] {
  if ("broken" in found) return [toldError(found.broken)];
  const sources = sourcesOf(found.file);
  return validateScenario(found.scenario, { project, sources }).map((problem) => toldProblem(problem, sources));
}

/** @throws LabError `bad-scenario` with everything that is wrong with any of them */
function refuseProblems(found: readonly Found[]): void {
  const project = readProject();
  const told = found.map((each) => ({ id: each.id, problems: problemsOf(each, project) }));
  const wrong = told.filter(({ problems }) => problems.length > 0);
  if (wrong.length === 0) return;
  const one = wrong.length === 1 && wrong[0]?.problems.length === 1 ? wrong[0].problems[0] : undefined;
  throw new LabError({
    code: "bad-scenario",
    message:
      one === undefined
        ? wrong
            .map(({ id, problems }) => `${id} cannot be rehearsed:\n${problems.map(problemLine).join("\n")}`)
            .join("\n")
        : `${one.at === "" ? "" : `${one.at}: `}${one.what}`,
    hint:
      one === undefined
        ? `lab validate ${wrong.map(({ id }) => id).join(" ")} shows them again, and mistakes of types too`
        : one.hint,
  });
}

const sameClustersTogether = (scenarios: readonly Scenario[]): readonly Scenario[] =>
  sideBySide(scenarios.map((scenario) => ({ scenario }))).map(({ scenario }) => scenario);

/**
 * The whole platform, a scenario's topology, or for a system's bare name the first of its scenarios', else its example.
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
  const example = SYSTEMS.get(word)?.example;
  // A system's example is of specs that its builders made.
  if (ofSystem.length === 0 && example !== undefined) return example as Topology;
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
