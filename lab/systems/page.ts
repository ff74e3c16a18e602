/** docs/systems.md, made from the definitions. */
import type { System } from "./define.ts";
import { fieldRows } from "./page-fields.ts";

const HEAD = `# Systems

Made from the definitions in \`lab/systems/\`; a test compares, and \`npx vitest run --project pure test/systems/registry.test.ts -u\`
writes it. How to add one: [Add a system](add-a-system.md).
`;

/** The whole page: a section a system. */
export const systemsPage = (systems: Iterable<System>): string => [HEAD, ...[...systems].map(sectionOf)].join("\n");

function sectionOf({ system, sentence, spec, phrases, subjects, images }: System): string {
  return [
    `## ${system}\n`,
    `${sentence[0]?.toUpperCase() ?? ""}${sentence.slice(1)}. Images: ${images.join(", ")}.\n`,
    `\`${spec.builder}({ … })\`, each option with what it is when it is left out (—: it follows from others or the profile):\n`,
    table(["option", "what it is", "takes", "default"], fieldRows(spec.fields)),
    ...(phrases.length === 0
      ? []
      : [
          "Whom faults can mean:\n",
          table(
            ["phrase", "means"],
            phrases.map(({ phrase, means }) => [code(phrase), means]),
          ),
        ]),
    ...(subjects.length === 0
      ? []
      : [
          "What is watched, for `waitFor` and `check.observed`:\n",
          table(
            ["subject", "values"],
            subjects.map(({ subject, values }) => [code(subject), values]),
          ),
        ]),
  ].join("\n");
}

const code = (words: string): string =>
  words
    .split(", ")
    .map((word) => `\`${word}\``)
    .join(", ");

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |\n`).join("");
