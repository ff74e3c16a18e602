import { shellWord } from "../text.ts";

/** What must be said to have the same run again. */
export interface Repeated {
  /** What names the scenario on the command line: its id, or the path of its file. */
  readonly word: string;
  readonly mutant?: string | undefined;
  readonly seed: number;
}

/** The one command that repeats a run, quoted for a POSIX shell: for plans, reports and the terminal. */
export function repeatCommand({ word, mutant, seed }: Repeated): string {
  const words = ["run", word, ...(mutant === undefined ? [] : ["--mutant", mutant]), "--seed", String(seed)];
  return `npm start -- ${words.map(shellWord).join(" ")}`;
}
