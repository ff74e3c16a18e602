/**
 * What a script says in plain words, read from its source text: names of steps, what it observes and waits for, whom it
 * breaks. Only running a script tells all of it; what it says by a variable is not known, and then nothing is refused.
 */

/** A file that a scenario is written in: its own, or one beside it that it imports. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** Names that calls give as their first argument. */
export interface Said {
  readonly names: readonly string[];
  /** Of names with a part that is only known by running: `the ${time} returns`. */
  readonly patterns: readonly RegExp[];
  /** Some calls name nothing that can be read. */
  readonly others: boolean;
}

export interface Script {
  readonly steps: Said;
  readonly observed: Said;
  readonly awaited: readonly string[];
  /** Phrases that faults are given: `leader of events/0`. */
  readonly targets: readonly string[];
  /** The kinds of faults, in the words of the script: `kill`, `slowDisk`. */
  readonly faults: readonly string[];
  /** Loads that it uses by `load.NAME`; none where `load` may be something else. */
  readonly loads: readonly string[];
  /** It adds nodes or topics while it runs, so that there will be names which the topology does not have yet. */
  readonly grows: boolean;
}

/** Nothing is known of the script. */
export const UNREAD: Script = {
  steps: { names: [], patterns: [], others: true },
  observed: { names: [], patterns: [], others: true },
  awaited: [],
  targets: [],
  faults: [],
  loads: [],
  grows: true,
};

/** Reads the script from all the files that a scenario is written in; without any nothing is known of it. */
export function readScript(sources: readonly Source[]): Script {
  if (sources.length === 0) return UNREAD;
  const text = sources.map((source) => withoutComments(source.text)).join("\n");
  return {
    steps: saidIn(text, "step"),
    observed: saidIn(text, "observe"),
    awaited: saidIn(text, "waitFor").names,
    targets: targetsIn(text),
    faults: [...new Set([...text.matchAll(/\bfault\.(\w+)\(/g)].map(([, kind]) => kind ?? ""))],
    loads: loadsIn(withoutComments(sources[0]?.text ?? "")),
    grows: /\b(grow|scaleOut|createTopic)\b/.test(text),
  };
}

/** Whether a script says this name, or may do so where it cannot be read. */
export const says = ({ names, patterns, others }: Said, name: string): boolean =>
  others || names.includes(name) || patterns.some((pattern) => pattern.test(name));

/** A text in quotes: 1 the quote, 2 what stands between. */
const TEXT = String.raw`(["'\`])((?:\\.|(?!\1)[^\\])*)\1`;

function saidIn(text: string, call: string): Said {
  const names: string[] = [];
  const patterns: RegExp[] = [];
  let others = false;
  for (const { index } of text.matchAll(new RegExp(String.raw`(?<![\w.$"'])${call}\s*\(`, "g"))) {
    const first = text.slice(text.indexOf("(", index) + 1);
    const [, quote, inside = ""] = new RegExp(String.raw`^\s*${TEXT}\s*[,)]`, "s").exec(first) ?? [];
    if (quote === undefined) others = true;
    else if (quote === "`" && inside.includes("${")) patterns.push(patternOf(inside));
    else names.push(plain(inside));
  }
  return { names: [...new Set(names)], patterns, others };
}

function loadsIn(text: string): readonly string[] {
  const script = /\brun\s*\(\s*\{([^}]*)\}\s*\)[^{]*\{/.exec(text);
  const taken = script?.[1]?.split(",").map((name) => name.trim()) ?? [];
  if (script === null || !taken.includes("load")) return [];
  const body = argumentsFrom(text, script.index + script[0].length);
  // Within the script another thing may have that name.
  if (/\b(const|let|var|function|of)\s+load\b|[(,{]\s*load\s*[,):}]|\bload\s*=>/.test(body)) return [];
  return [...new Set([...body.matchAll(/(?<![\w.$"'])load\.(\w+)/g)].map(([, name]) => name ?? ""))];
}

const patternOf = (template: string): RegExp =>
  new RegExp(
    `^${template
      .split(/\$\{[^}]*\}/)
      .map((part) => escaped(plain(part)))
      .join(".*")}$`,
    "s",
  );

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);

const plain = (inside: string): string => inside.replaceAll(/\\(.)/gs, "$1");

/** Phrases in the calls of faults, up to the end of each call's arguments. */
function targetsIn(text: string): readonly string[] {
  const phrases: string[] = [];
  for (const { index, 0: call } of text.matchAll(/\bfault\.\w+\(/g)) {
    const args = argumentsFrom(text, index + call.length);
    const [, , first] = new RegExp(String.raw`^\s*${TEXT}\s*(?:,|$)`, "s").exec(args) ?? [];
    if (first !== undefined) phrases.push(plain(first));
    for (const [, , , inside = ""] of args.matchAll(
      new RegExp(String.raw`\b(isolate|from|to)\s*:\s*${laterText}`, "gs"),
    ))
      phrases.push(plain(inside));
    for (const [, list = ""] of args.matchAll(/\bbetween\s*:\s*\[([^\]]*)\]/gs))
      for (const [, , inside = ""] of list.matchAll(new RegExp(TEXT, "gs"))) phrases.push(plain(inside));
  }
  return [...new Set(phrases.filter((phrase) => !phrase.includes("${")))];
}

/** As TEXT, behind one other group. */
const laterText = TEXT.replaceAll(String.raw`\1`, String.raw`\2`);

/** From behind an opening bracket to its closing one; brackets in texts are few enough to be told apart by quotes. */
function argumentsFrom(text: string, start: number): string {
  let depth = 1;
  let quote: string | undefined;
  for (let place = start; place < text.length; place += 1) {
    const letter = text[place] ?? "";
    if (quote !== undefined) {
      if (letter === "\\") place += 1;
      else if (letter === quote) quote = undefined;
    } else if (letter === '"' || letter === "'" || letter === "`") quote = letter;
    else if ("([{".includes(letter)) depth += 1;
    else if (")]}".includes(letter)) depth -= 1;
    if (depth === 0) return text.slice(start, place);
  }
  return text.slice(start);
}

/** The text with blanks where comments stand, so that places stay; a `//` inside of a text stays, too. */
function withoutComments(text: string): string {
  const parts = /(["'`])(?:\\.|(?!\1)[^\\])*\1|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
  return text.replaceAll(parts, (part) => (part.startsWith("/") ? part.replaceAll(/[^\n]/g, " ") : part));
}
