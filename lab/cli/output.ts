/** What every command shares in how it speaks. */
import { LabError, messageOf } from "../errors.ts";
import type { Verdict } from "../checks/types.ts";
import { paint } from "./progress.ts";

/** One JSON document on standard output, and nothing else there. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
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

/** Columns padded to their widest cell, for people. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, cell.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** An error for people: what happened, why, and what to do. */
export function explain(error: unknown): string {
  const lines = [`${paint("red", "error", process.stderr)}: ${messageOf(error)}`];
  let cause = error instanceof Error ? error.cause : undefined;
  for (let depth = 0; cause !== undefined && depth < 3; depth++) {
    lines.push(`  because: ${messageOf(cause)}`);
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  if (error instanceof LabError && error.hint !== undefined)
    lines.push(`  ${paint("bold", "try", process.stderr)}: ${error.hint}`);
  if (!(error instanceof LabError) && error instanceof Error && error.stack) lines.push(error.stack);
  return lines.join("\n");
}
