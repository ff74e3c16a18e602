/** The plan of a run: all that is data, written down before anything starts. */
import { readFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { resolve } from "node:path";
import type { ComponentId, Engine, ImageRef } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import { readSlos } from "../slo/index.ts";
import { repeatCommand } from "../run-folder/repeat-command.ts";
import { RUN_FOLDER_VERSION, type Environment, type Plan } from "../run-folder/run-folder.ts";
import { codeVersion } from "./code-version.ts";
import type { Scenario } from "./scenario.ts";

const projectFile = (path: string): URL => new URL(`../../${path}`, import.meta.url);

/** The lab's own version, from package.json. */
export function labVersion(): string {
  const { version } = JSON.parse(readFileSync(projectFile("package.json"), "utf8")) as { version: string };
  return version;
}

/** `20261123T070312-kafka-leader-kill-4711`: sorts by time, and says what it is. */
export function runName(scenario: string, startedAt: string, seed: number, mutant?: string): string {
  const time = startedAt.replace(/[-:]/g, "").replace(/\..*$/, "");
  const what = mutant === undefined ? scenario : `${scenario}-mutant-${mutant}`;
  return `${time}-${what.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${seed}`;
}

/**
 * Reads the SLO documents that a scenario names.
 * @throws LabError `bad-slo` with file, line and field; `bad-scenario` for a name without a document.
 */
export function sloTexts(names: readonly string[], scenario: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    names.map((name) => {
      const file = `schemas/slo/${name}.yaml`;
      let text: string;
      try {
        text = readFileSync(projectFile(file), "utf8");
      } catch (error) {
        throw new LabError({
          code: "bad-scenario",
          message: `scenario ${scenario} names the SLO ${name}, but ${file} is not there`,
          cause: error,
        });
      }
      readSlos(text, file);
      return [file, text];
    }),
  );
}

export interface PlanOptions {
  /** With the mutant's changes already made. */
  readonly scenario: Scenario;
  /** What names it on the command line where its id does not. */
  readonly word?: string | undefined;
  readonly mutant: string | undefined;
  readonly run: string;
  readonly startedAt: string;
  readonly seed: number;
  readonly engine: Engine;
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
}

/** @throws LabError `bad-slo`, `bad-scenario` */
export function makePlan({
  scenario,
  word = scenario.id,
  mutant,
  run,
  startedAt,
  seed,
  engine,
  images,
}: PlanOptions): Plan {
  const mutation = mutant === undefined ? undefined : scenario.mutants[mutant];
  return {
    version: RUN_FOLDER_VERSION,
    run,
    scenario: scenario.id,
    title: scenario.title,
    description: scenario.description,
    ...(mutant === undefined || mutation === undefined
      ? {}
      : { mutant: { name: mutant, change: mutation.change, violates: mutation.violates } }),
    seed,
    startedAt,
    topology: scenario.topology,
    load: scenario.load,
    settings: scenario.settings,
    ...(scenario.regions === undefined ? {} : { regions: scenario.regions }),
    ...(scenario.assume === undefined ? {} : { assume: scenario.assume }),
    expect: scenario.expect,
    slos: sloTexts(scenario.slos, scenario.id),
    environment: environmentOf(engine, images),
    repeat: repeatCommand({ word, mutant, seed }),
  };
}

let code: Environment["code"];

/** What lies there when the first plan is made: a suite says one version, whatever is written meanwhile. */
const ownCode = (): NonNullable<typeof code> => (code ??= codeVersion(resolve(import.meta.dirname, "../..")));

function environmentOf(engine: Engine, images: ReadonlyMap<ComponentId, ImageRef>): Environment {
  const { info } = engine;
  return {
    lab: labVersion(),
    node: process.version,
    engine: `${info.kind} engine ${info.version} (API ${info.apiVersion})`,
    kernel: info.kernel,
    machine: `${info.operatingSystem}, ${info.architecture}, ${cpus()[0]?.model.trim() ?? "unknown processor"}`,
    cpus: info.cpus,
    memoryBytes: info.memoryBytes === 0 ? totalmem() : info.memoryBytes,
    code: ownCode(),
    images: Object.fromEntries(
      [...images.values()].map(({ component, reference, id, source }) => [component, { reference, id, source }]),
    ),
  };
}
