/** What every command shares in how it speaks. */
import { styleText } from "node:util";
import type { Verdict } from "../checks/types.ts";
import { LabError, messageOf } from "../errors.ts";
import { plainLine, plainText } from "../text.ts";

/** Where a command's words go: standard output or standard error, or a test's memory. */
export interface Sink {
  write(text: string): unknown;
  /** What it writes to; a test's memory is none. */
  readonly stream?: NodeJS.WriteStream;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface Output {
  /** Results. */
  readonly out: Sink;
  /** Progress, and what went wrong. */
  readonly err: Sink;
  /** Nobody reads results any more: those who only print may end. */
  readonly closed: () => boolean;
}

/** Keeps the way to write as it is now: `keepOutputForResults` takes it from everybody else. */
function sinkTo(stream: NodeJS.WriteStream): Sink {
  const write = stream.write.bind(stream);
  return {
    write: (text) => write(text),
    stream,
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.columns;
    },
  };
}

let output: Output = { out: sinkTo(process.stdout), err: sinkTo(process.stderr), closed: () => false };

export const currentOutput = (): Output => output;

/** All words go there from now on; gives what was in use before. */
export function speakTo(other: Output): Output {
  const before = output;
  output = other;
  return before;
}

type Style = Parameters<typeof styleText>[0];

/** Colours only where a person looks at them: a terminal, and no NO_COLOR. */
export const paint = (style: Style, text: string, { stream }: Sink = output.out): string =>
  stream === undefined ? text : styleText(style, text, { stream, validateStream: true });

/** JSON for a terminal too: what JSON leaves raw of the control characters (C1, DEL) is escaped. */
const escapeControls = (json: string): string =>
  json.replace(/[\u007f-\u009f]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** One JSON document on standard output, and nothing else there. */
export const printJson = (value: unknown): void => {
  output.out.write(`${escapeControls(JSON.stringify(value, null, 2))}\n`);
};

/** One line of JSON; false when the reader wants a pause until `drain`. */
export const printJsonLine = (json: string): boolean => output.out.write(`${escapeControls(json)}\n`) !== false;

/** Text of the lab's own words; what comes from runs goes through `plainLine` first. */
export const print = (text: string): void => {
  output.out.write(`${text}\n`);
};

/** A line on standard error. */
export const complain = (text: string): void => {
  output.err.write(`${text}\n`);
};

const VERDICT_LOOK = {
  held: { mark: "✓", style: "green" },
  violated: { mark: "✗", style: "red" },
  unknown: { mark: "?", style: "yellow" },
} as const;

/** `✓ held`: mark and word, so that colour is never the only sign. */
export function verdictWord(verdict: Verdict): string {
  const { mark, style } = VERDICT_LOOK[verdict];
  return paint(style, `${mark} ${verdict}`);
}

/** `✓ held  nothing is lost: 900 acknowledged, 900 read`, in one line. */
export const resultLine = (part: {
  readonly verdict: Verdict;
  readonly name: string;
  readonly summary: string;
}): string => `  ${verdictWord(part.verdict)}  ${plainLine(part.name)}: ${plainLine(part.summary)}`;

/** Columns padded to their widest cell, for people. */
export function table(rows: readonly (readonly string[])[]): string {
  const plain = rows.map((row) => row.map(plainLine));
  const widths: number[] = [];
  for (const row of plain) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return plain
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** An error for people: what happened, why, and what to do; each thing once. */
export function explain(error: unknown): string {
  const told = [messageOf(error)];
  const lines = [`${paint("red", "error", output.err)}: ${plainText(messageOf(error))}`];
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; cause !== undefined && depth < 3; depth++) {
    const message = messageOf(cause);
    if (!told.some((before) => before.includes(message))) lines.push(`  because: ${plainText(message)}`);
    told.push(message);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  if (error instanceof LabError && error.hint !== undefined)
    lines.push(`  ${paint("bold", "try", output.err)}: ${plainText(error.hint)}`);
  if (!(error instanceof LabError) && error instanceof Error && error.stack) lines.push(plainText(error.stack));
  return lines.join("\n");
}
