/** Chooses scenarios by their ids, by globs, or by files, and refuses those that cannot be meant before anything starts. */
import { realpathSync } from "node:fs";
import { matchesGlob, resolve } from "node:path";
import { SYSTEMS, type Topology } from "../systems/index.ts";
import { KAFKA_PROFILES, type Profile } from "../systems/profiles.ts";
import { platformFor } from "../systems/platform.ts";
import { LabError } from "../errors.ts";
import type { Scenario } from "../rehearsal/scenario.ts";
import { hintOf, nearest } from "../rehearsal/validation/problems.ts";
import { problemLine, toldError, toldProblem, type ToldProblem } from "../rehearsal/validation/told.ts";
import { readProject, type Project } from "../rehearsal/validation/project.ts";
import { validateScenario } from "../rehearsal/validation/validate.ts";
import { shellWord } from "../text.ts";
import { openFile, openScenario, type Found } from "./load-scenario.ts";
import { scenarioFiles, shownFile, sourcesOf, type ScenarioFile } from "./scenario-files.ts";
import { sideBySide } from "./turns.ts";

/** The scenario of `npm start`. */
export const DEFAULT_SCENARIO = "kafka/leader-kill";

/** All scenario files of the project with what each holds, by id; a broken one does not keep the others from it. */
export const findScenarios = (): readonly Found[] => scenarioFiles().map(openScenario);

/** All scenarios of the project, by id. @throws LabError `bad-scenario` of the first file that is broken */
export const allScenarios = (): readonly Scenario[] => findScenarios().map(whole);

function whole(found: Found): Scenario {
  if ("broken" in found) throw found.broken;
  return found.scenario;
}

/**
 * The files that the words mean, with what each holds: ids, globs (`kafka/*`), or paths of scenario files; none means
 * the default. In the order of the words, each once; only those files are loaded. A file whose scenario has the id of
 * another's is a broken one.
 * @throws LabError `bad-usage` for words that mean none, with the nearest that there is; for words beside `all`
 */
export const foundScenarios = (words: readonly string[], all = false): readonly Found[] => [
  ...new Set(foundByWord(words, all).flat()),
];

/** For each word what it means; a file that several words mean is the same each time. */
function foundByWord(words: readonly string[], all: boolean): readonly (readonly Found[])[] {
  const files = scenarioFiles();
  const named = words.length === 0 ? [DEFAULT_SCENARIO] : words;
  if (!all) refuseUnknown(named, files);
  const wanted = all ? [files] : named.map((word) => filesOf(word, files));
  const once = new Map(wanted.flat().map((each) => [realFile(each.file), each]));
  const opened = new Map([...once].map(([real, each]) => [real, open(each)] as const));
  const single = new Map([...opened].map(([real, each]) => [real, withoutDoubles(each, [...opened.values()], files)]));
  return wanted.map((group) => group.flatMap(({ file }) => single.get(realFile(file)) ?? []));
}

/** Runs and their history are kept by id: those of two files would be taken for one scenario's. */
function withoutDoubles(found: Found, opened: readonly Found[], files: readonly ScenarioFile[]): Found {
  const { id, file } = found;
  const isItsPlace = files.some((each) => each.id === id && realFile(each.file) === realFile(file));
  if ("broken" in found || isItsPlace) return found;
  const same = [...opened, ...files].filter((each) => each.id === id).map((each) => shownFile(each.file));
  const all = [...new Set(same)];
  if (all.length === 1) return found;
  const broken = new LabError({
    code: "bad-scenario",
    message: `${all.length} files hold a scenario ${JSON.stringify(id)}: ${all.join(", ")}`,
    hint: "give one of them another id: runs and their history are kept by id",
  });
  return { id: shownFile(file), file, broken };
}

/** A file that was named by its path may lie anywhere, and says its id itself. */
type NamedFile = Omit<ScenarioFile, "id"> & { readonly id?: string };

const isPath = (word: string): boolean => word.endsWith(".ts");

function filesOf(word: string, files: readonly ScenarioFile[]): readonly NamedFile[] {
  if (!isPath(word)) return files.filter(({ id }) => id === word || matchesGlob(id, word));
  const file = resolve(word);
  return [files.find((each) => each.file === file) ?? { file }];
}

/** All of them at once. */
function refuseUnknown(words: readonly string[], files: readonly ScenarioFile[]): void {
  const unknown = words.filter((word) => filesOf(word, files).length === 0);
  if (unknown.length === 0) return;
  const ids = files.map(({ id }) => id);
  const meant = unknown.flatMap((word) => nearest(word, ids) ?? []);
  throw new LabError({
    code: "bad-usage",
    message: `no scenario ${unknown.map((word) => JSON.stringify(word)).join(", ")}`,
    hint: `${meant.length === 0 ? "" : `did you mean ${meant.join(", ")}? `}lab list shows all`,
  });
}

function open({ id, file }: NamedFile): Found {
  if (id !== undefined) return openScenario({ id, file });
  const found = openFile(file);
  if ("scenario" in found) ownFiles.set(found.scenario, file);
  return found;
}

/** The files that were named by their paths and are none of the project's scenarios. */
const ownFiles = new WeakMap<Scenario, string>();

/** What names a scenario on the command line: its id, or the path of the file by which it was chosen, as seen from the project. */
export function wordFor(scenario: Scenario): string {
  const file = ownFiles.get(scenario);
  return file === undefined ? scenario.id : pathWord(file);
}

function pathWord(file: string): string {
  const path = shownFile(file);
  return path === file ? file : `./${path}`;
}

/** As `wordFor`, also of a broken one. */
const wordForFound = (found: Found): string =>
  "scenario" in found ? wordFor(found.scenario) : found.id === shownFile(found.file) ? pathWord(found.file) : found.id;

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
export function chosenScenarios(words: readonly string[], all = false): readonly Scenario[] {
  const groups = foundByWord(words, all);
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
  const told = found.map((each) => ({ word: wordForFound(each), id: each.id, problems: problemsOf(each, project) }));
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
        ? `lab validate ${wrong.map(({ word }) => shellWord(word)).join(" ")} shows them again, and mistakes of types too`
        : one.hint,
  });
}

const sameClustersTogether = (scenarios: readonly Scenario[]): readonly Scenario[] =>
  sideBySide(scenarios.map((scenario) => ({ scenario }))).map(({ scenario }) => scenario);

/**
 * The whole platform, a scenario's topology, or for a system's bare name the first of its scenarios', else its example.
 * @throws LabError `bad-usage` for a word that means none, with the nearest that there is.
 */
export function topologyNamed(word: string, profile?: string): Topology {
  if (word === "platform") return platformFor(profileNamed(profile));
  const ids = scenarioFiles().map(({ id }) => id);
  const ofSystem = SYSTEMS.has(word) ? ids.filter((id) => id.startsWith(`${word}/`)) : [];
  const example = SYSTEMS.get(word)?.example;
  if (example === undefined) refuseUnknownTopology(word, ids);
  if (profile !== undefined) {
    throw new LabError({
      code: "bad-usage",
      message: `--profile is for the platform; ${word} has the settings of its scenario`,
      hint: "leave it out, or choose platform",
    });
  }
  // A system's example is of specs that its builders made.
  if (ofSystem.length === 0 && example !== undefined) return example as Topology;
  const first = ofSystem.includes(DEFAULT_SCENARIO) ? DEFAULT_SCENARIO : (ofSystem[0] ?? word);
  const [scenario, ...others] = chosenScenarios([first]);
  if (scenario !== undefined && others.length === 0) return scenario.topology;
  throw new LabError({
    code: "bad-usage",
    message: `${JSON.stringify(word)} means ${others.length + 1} scenarios, and each has a topology of its own`,
    hint: "name one of them: lab list shows all",
  });
}

function refuseUnknownTopology(word: string, ids: readonly string[]): void {
  if (isPath(word) || ids.some((id) => id === word || matchesGlob(id, word))) return;
  const systems = ["platform", ...SYSTEMS.keys()];
  const meant = nearest(word, [...systems, ...ids]);
  throw new LabError({
    code: "bad-usage",
    message: `no topology ${JSON.stringify(word)}`,
    hint: `${meant === undefined ? "" : `did you mean ${meant}? `}there is: ${systems.join(", ")}, and each scenario's (lab list)`,
  });
}

function profileNamed(word = "laptop"): Profile {
  const known = Object.keys(KAFKA_PROFILES) as Profile[];
  const found = known.find((profile) => profile === word);
  if (found !== undefined) return found;
  throw new LabError({
    code: "bad-usage",
    message: `no profile ${JSON.stringify(word)}`,
    hint: hintOf(word, known),
  });
}
