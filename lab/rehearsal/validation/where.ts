/** Where in a scenario's files a problem stands. */
import type { Path, Problem } from "./problems.ts";
import type { Source } from "./script.ts";

export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The line of a problem: that of the text that it quotes, within what its path leads to where that can be found; else the
 * last part of its path that is written out. Undefined where nothing of it is written out in any of the files.
 */
export function placeOf({ path, mutant, quoted }: Problem, sources: readonly Source[]): Place | undefined {
  const whole: Path = mutant === undefined ? path : ["mutants", mutant, "change", ...path];
  const found = sources.map((source) => ({ source, ...findIn(source.text, whole, quoted) }));
  const best = found.toSorted((a, b) => b.parts - a.parts)[0];
  if (best === undefined || best.parts === 0) return undefined;
  return { file: best.source.file, line: best.source.text.slice(0, best.at).split("\n").length };
}

/** How many parts of the path were found one behind the other, the quoted text counted as one, and where the last is. */
function findIn(text: string, path: Path, quoted: string | undefined): { readonly parts: number; readonly at: number } {
  let at = 0;
  let parts = 0;
  // What is quoted stands somewhere in the part; the names of fields between may stand in the next one only.
  for (const part of quoted === undefined ? path : path.slice(0, 2)) {
    const key = new RegExp(String.raw`(?:^|[\s{,(])(["']?)${escaped(part)}\1\s*(?:[:,}]|\()`, "m");
    const match = key.exec(text.slice(at));
    if (match === null) continue;
    at += match.index + match[0].indexOf(part);
    parts += 1;
  }
  if (quoted === undefined) return { parts, at };
  const behind = quotedAt(text, quoted, at);
  const place = behind ?? quotedAt(text, quoted, 0);
  return place === undefined ? { parts, at } : { parts: parts + 1, at: place };
}

function quotedAt(text: string, quoted: string, from: number): number | undefined {
  const inQuotes = ['"', "'", "`"].map((quote) => text.indexOf(`${quote}${quoted}${quote}`, from));
  const written = inQuotes.filter((place) => place >= 0);
  if (written.length > 0) return Math.min(...written);
  const bare = new RegExp(String.raw`(?<![\w-])${escaped(quoted)}(?![\w-])`).exec(text.slice(from));
  return bare === null ? undefined : from + bare.index;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
