/** The parts of documents that are made from the code, by document and name. `npm run docs` writes them; a test compares. */
import { CHECKS } from "../../lab/checks/index.ts";
import { checkTable } from "../../lab/checks/page.ts";
import { allScenarios } from "../../lab/cli/catalogue.ts";
import { FAULT_GROUPS } from "../../lab/faults/define.ts";
import { FAULT_METHODS } from "../../lab/faults/registry.ts";
import { COMMON_PHRASES } from "../../lab/rehearsal/validation/phrases.ts";
import { SYSTEMS } from "../../lab/systems/index.ts";
import { loadKinds, loadWordsOf } from "../../lab/systems/loads.ts";
import { builderNames, openBuilders } from "./builders.ts";
import { table } from "./sections.ts";

type Maker = () => string;

export const MADE: Readonly<Record<string, Readonly<Record<string, Maker>>>> = {
  "docs/write-a-scenario.md": { phrases, faults, checks, subjects, builders },
  "docs/rehearsals.md": { scenarios },
  "docs/checks.md": { checks: () => checkTable(CHECKS.values()) },
  "docs/slos.md": { objectives },
};

function phrases(): string {
  const ofSystems = [...SYSTEMS.values()].flatMap(({ system, phrases: own }) =>
    own.map(({ phrase, means }) => [system, asCode(phrase), means]),
  );
  const common = COMMON_PHRASES.map(({ phrase, means }) => ["all", asCode(phrase), means]);
  return table(["system", "phrase", "means"], [...common, ...ofSystems]);
}

/** `a, b` → `` `a`, `b` `` */
const asCode = (phrases: string): string =>
  phrases
    .split(", ")
    .map((phrase) => `\`${phrase}\``)
    .join(", ");

function faults(): string {
  const rows = FAULT_GROUPS.flatMap((group) =>
    Object.entries(FAULT_METHODS)
      .filter(([, kind]) => kind.group === group)
      .map(([method, { tells, tools }]) => [
        group,
        `\`fault.${method}\``,
        `${tells.effect}${tools.length === 0 ? "" : ` (needs \`tools: ${JSON.stringify(tools)}\`)`}`,
        tells.undo,
      ]),
  );
  return table(["group", "call", "does", "undone"], rows);
}

function checks(): string {
  const rows = [...CHECKS.values()].map(({ check, sentence, fields, loadFirst }) => {
    const needed = Object.entries(fields).filter(([, { fallback }]) => fallback === undefined);
    const names = needed.map(([name]) => name).filter((name) => !loadFirst || name !== "of");
    const call = loadFirst ? `check.${check}("events")` : `check.${check}({ ${names.join(", ")} })`;
    const others = Object.entries(fields).flatMap(([name, { fallback }]) =>
      fallback === undefined ? [] : [`\`${name}\` (${fallback})`],
    );
    const loads = loadKinds
      .map(({ kind }) => kind)
      .filter((kind) => loadWordsOf(kind)?.checks.includes(check as never));
    return [
      `[\`${call}\`](checks.md#${check})`,
      sentence,
      others.join(", "),
      loads.length === 0 ? "any" : loads.join(", "),
    ];
  });
  return table(["check", "held when", "may be given", "of loads of"], rows);
}

function subjects(): string {
  const ofSystems = [...SYSTEMS.values()].flatMap(({ system, subjects: own }) =>
    own.map(({ subject, values }) => [system, asCode(subject), values]),
  );
  const ofLoads = loadKinds.flatMap(({ kind }) =>
    (loadWordsOf(kind)?.subjects ?? []).map(({ subject, values }) => [kind, `\`${subject}\``, values]),
  );
  return table(["of", "subject", "values"], [...ofSystems, ...ofLoads]);
}

function builders(): string {
  const page = openBuilders();
  return builderNames.map(page).join("\n\n");
}

function scenarios(): string {
  const rows = allScenarios().map(({ id, title, mutants }) => [
    `\`${id}\``,
    title,
    Object.keys(mutants)
      .map((mutant) => JSON.stringify(mutant))
      .join("<br>"),
  ]);
  return table(["rehearsal", "what is broken", "mutants"], rows);
}

function objectives(): string {
  const scenarios = allScenarios();
  const names = [...new Set(scenarios.flatMap(({ slos }) => slos))].toSorted();
  const rows = names.map((name) => [
    `[\`${name}\`](../schemas/slo/${name}.yaml)`,
    scenarios
      .filter(({ slos }) => slos.includes(name))
      .map(({ id }) => `\`${id}\``)
      .join(", "),
  ]);
  return table(["SLO", "rehearsals that are judged by it"], rows);
}
