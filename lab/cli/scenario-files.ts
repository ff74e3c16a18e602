/** Scenario files: which there are, how people name them, and the texts that they are written in. */
import { globSync, readFileSync, statSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Source } from "../rehearsal/validation/script.ts";

export const PROJECT = resolve(import.meta.dirname, "../..");

/** A scenario file of the project; its id is that of its place. */
export interface ScenarioFile {
  readonly id: string;
  /** Absolute. */
  readonly file: string;
}

/** The scenario files of a project, `scenarios/SYSTEM/NAME.scenario.ts`, by id. Reads none of them. */
export const scenarioFiles = (project = PROJECT): readonly ScenarioFile[] =>
  globSync("scenarios/*/*.scenario.ts", { cwd: project })
    .toSorted()
    .map((path) => ({ id: idOf(path), file: resolve(project, path) }));

/** `scenarios/kafka/leader-kill.scenario.ts` holds `kafka/leader-kill`. */
const idOf = (path: string): string =>
  path
    .replaceAll("\\", "/")
    .replace(/^.*?scenarios\//, "")
    .replace(/\.scenario\.ts$/, "");

/** As people name it: from the project, or from where they stand. */
export const shownFile = (file: string, project = PROJECT): string => {
  const inside = relative(project, file);
  return inside.startsWith("..") ? file : inside;
};

/** A file and all beside it that it imports, but for the lab's own: the texts that a scenario is written in. */
export function sourcesOf(file: string): readonly Source[] {
  const texts = new Map<string, string>();
  const read = (path: string): void => {
    if (texts.has(path) || !isFile(path) || path.startsWith(resolve(PROJECT, "lab"))) return;
    const text = readFileSync(path, "utf8");
    texts.set(path, text);
    for (const [, , target = ""] of text.matchAll(/\b(from|import)\s*["'](\.{1,2}\/[^"']+)["']/g))
      read(resolve(dirname(path), target));
  };
  read(file);
  return [...texts].map(([path, text]) => ({ file: shownFile(path), text }));
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
