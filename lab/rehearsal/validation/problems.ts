/** What is wrong with a scenario, and the words for it. */

/** The way to a value in a scenario: `["expect", "writes recover", "of"]`. */
export type Path = readonly string[];

export interface Problem {
  /** Where in the scenario. */
  readonly path: Path;
  /** The mutant after whose change it is wrong; absent when the scenario itself is. */
  readonly mutant?: string;
  /** `names the load "evnets", which is not there`. */
  readonly what: string;
  /** How to mend it. */
  readonly hint: string;
  /** A text that stands where the mistake is, to find its line by; absent: the path leads there. */
  readonly quoted?: string;
}

/** `expect."writes recover".of`, with quotes where a name has more than letters. */
export const pathText = (path: Path): string =>
  path.map((part) => (/^[\w$-]+$/.test(part) ? part : JSON.stringify(part))).join(".");

/**
 * The name that was probably meant; undefined when none is near: more than a third of its letters differ.
 * Nearness is the number of letters to add, drop, change or swap with a neighbour (Damerau–Levenshtein, restricted).
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const ranked = names
    .map((name) => ({ name, distance: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance: apart }) => apart <= Math.max(1, Math.floor(Math.max(word.length, name.length) / 3)))
    .toSorted((a, b) => a.distance - b.distance);
  return ranked[0]?.name;
}

/** Longer names than this are not compared: whoever wrote them meant something else. */
const LONGEST = 200;

function distance(a: string, b: string): number {
  if (a.length > LONGEST || b.length > LONGEST) return Infinity;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, place) => place);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      let least = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) least = Math.min(least, (beforeLast[column - 2] ?? 0) + 1);
      current.push(least);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? 0;
}

/** More names than these are not told beside the one that was probably meant. */
const MOST_BESIDE = 12;

/** `did you mean "events"? there is: events, orders`. */
export function hintOf(word: string, names: readonly string[]): string {
  const all = names.length === 0 ? "there is none" : `there is: ${names.join(", ")}`;
  const meant = nearest(word, names);
  if (meant === undefined) return all;
  return `did you mean ${JSON.stringify(meant)}?${names.length > MOST_BESIDE ? "" : ` ${all}`}`;
}

/** What else is found; nothing where that cannot be looked for because of what is told already: a number where a name should be. */
export function beside(told: readonly Problem[], look: () => readonly Problem[]): readonly Problem[] {
  try {
    return look();
  } catch (error) {
    if (told.length > 0) return [];
    throw error;
  }
}

/** A name that is not among those that exist. */
export const noSuch = (path: Path, kind: string, name: string, names: readonly string[]): Problem => ({
  path,
  what: `names the ${kind} ${JSON.stringify(name)}, which is not there`,
  hint: hintOf(name, names),
  quoted: name,
});
