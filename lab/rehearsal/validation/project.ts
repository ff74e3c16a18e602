/** What lies beside a scenario in the project and is named in it: SLO documents, tables and buckets. */
import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { readMinioSchema } from "../../systems/minio/schema.ts";
import { readSlos } from "../../slo/index.ts";
import { messageOf } from "../../errors.ts";

/** What an SLO document asks the journal for. */
export interface SloNeed {
  readonly load: string;
  readonly action?: string;
}

export interface Project {
  /** The SLO documents by name: what each needs, or what is wrong with it. */
  readonly slos: ReadonlyMap<string, readonly SloNeed[] | { readonly broken: string }>;
  /** Tables that a folder of schemas/ makes, as `database.table`; undefined: there is no such folder. */
  tables(schema: string): readonly string[] | undefined;
  /** Buckets that a folder of schemas/ makes; undefined: it cannot be read. */
  buckets(schema: string): readonly string[] | undefined;
}

const ROOT = new URL("../../../", import.meta.url);

/** The project that this file belongs to. Reads all SLO documents; the rest when it is asked for. */
export function readProject(): Project {
  return {
    slos: new Map(
      globSync("schemas/slo/*.yaml", { cwd: ROOT })
        .toSorted()
        .map((file) => [basename(file, ".yaml"), sloNeeds(file)]),
    ),
    tables(schema) {
      const files = globSync(`schemas/${schema}/*.sql`, { cwd: ROOT }).map(textOf);
      const tables = files.flatMap((text) => [...text.matchAll(/^CREATE TABLE IF NOT EXISTS ([\w.]+)/gm)]);
      return files.length === 0 ? undefined : tables.map(([, name]) => name ?? "");
    },
    buckets(schema) {
      try {
        return readMinioSchema(schema).buckets.map(({ name }) => name);
      } catch {
        return undefined;
      }
    },
  };
}

const textOf = (file: string): string => readFileSync(new URL(file, ROOT), "utf8");

function sloNeeds(file: string): readonly SloNeed[] | { readonly broken: string } {
  try {
    return needsIn(readSlos(textOf(file), file));
  } catch (error) {
    return { broken: messageOf(error) };
  }
}

/** Every metric source in a document that names a load. */
function needsIn(value: unknown): readonly SloNeed[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.entries(value).flatMap(([field, each]) => (field === "metricSource" ? [] : needsIn(each)));
  const source = (value as { readonly metricSource?: { readonly spec?: Readonly<Record<string, unknown>> } })
    .metricSource;
  const { load, action } = source?.spec ?? {};
  if (typeof load !== "string") return inside;
  return [{ load, ...(typeof action === "string" ? { action } : {}) }, ...inside];
}
