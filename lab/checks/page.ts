/** The part of docs/checks.md that is made from the definitions. */
import type { CheckDefinition } from "./define.ts";

/** One row a check, and one line a field in it. */
export function checkTable(checks: Iterable<CheckDefinition>): string {
  const rows = [...checks].map(({ check, sentence, fields }) => {
    const told = Object.entries(fields).map(
      ([field, { says, fallback }]) => `\`${field}\`: ${says}${fallback === undefined ? "" : ` (${fallback})`}`,
    );
    return `| [${check}](#${check}) | ${sentence} | ${told.join("<br>")} |`;
  });
  return ["| check | held when | fields (default) |", "| --- | --- | --- |", ...rows].join("\n");
}
