/** What docs/faults.md says of each kind, made of the registry; a test keeps the page the same. */
import type { AnyFaultKind } from "./define.ts";
import { FAULT_KINDS, FAULT_METHODS } from "./registry.ts";
import { usagesOf } from "./words.ts";

const code = (text: string): string => `\`${text.replaceAll("|", String.raw`\|`)}\``;

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => "---")), ...rows.map(row)].join("\n");

/** The kinds: how each is said, what it does, when it was effective, how it is undone. Markdown. */
export const kindsTable = (): string =>
  table(
    ["kind", "in words (`lab fault …`)", "effect", "receipt: effective when", "undo, verified"],
    FAULT_KINDS.map((kind) => [
      code(kind.kind),
      usagesOf(kind).map(code).join(", "),
      kind.tells.effect,
      kind.tells.receipt,
      kind.tells.undo,
    ]),
  );

/** The kinds as data: the fields of each variant, with bounds; and the method of a script. Markdown. */
export const fieldsTable = (): string =>
  table(
    ["kind", "in a script", "fields (optional ones in brackets)"],
    Object.entries(FAULT_METHODS)
      .toSorted(([, one], [, other]) => placeOf(one) - placeOf(other))
      .flatMap(([method, kind]) =>
        kind.variants.map(({ fields }) => [
          code(kind.kind),
          code(`fault.${method}`),
          Object.entries(fields)
            .map(
              ([name, { optional, about }]) => `${code(optional ? `[${name}]` : name)} ${about.replaceAll("|", "/")}`,
            )
            .join("; "),
        ]),
      ),
  );

const placeOf = (kind: AnyFaultKind): number => FAULT_KINDS.indexOf(kind);

/** What each kind rests on, what it needs, and whether its clusters can be used again. Markdown. */
export const needsTable = (): string =>
  table(
    ["kind", "group", "put in force by", "which rests on", "needs beside the clusters", "clusters are used again"],
    FAULT_KINDS.map(({ kind, group, support, tools, taints }) => [
      code(kind),
      group,
      support.driver,
      support.rests,
      tools.length === 0 ? "" : tools.map((tool) => `${code(tool)} (where the kernel lacks the means)`).join(", "),
      taints ? "no: its heal does not bring back what it took" : "yes",
    ]),
  );
