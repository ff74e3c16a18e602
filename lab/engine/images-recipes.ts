/**
 * What each component's image is made from. Adding a component: a folder in lab/images with a Dockerfile that starts
 * `ARG BASE` / `FROM ${BASE}`, its name in `ComponentId`, and its line here.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ComponentId } from "./types.ts";

export interface Recipe {
  /** The system's official image, pinned by version. Without one, the component is built on `base` in both worlds. */
  readonly official?: string;
  /** Given to the Dockerfiles as `VERSION`. */
  readonly version?: string;
}

const KAFKA = "4.1.1";
const ZOOKEEPER = "3.9.4";
/** Commit 7aac2a2c5b7c of 12 February 2026: the newest that the Go module proxy has. */
const MINIO = "v0.0.0-20260212201848-7aac2a2c5b7c";
const SPARK = "4.0.0";

export const RECIPES: Readonly<Record<ComponentId, Recipe>> = {
  base: { official: "library/debian:bookworm-slim", version: "bookworm" },
  kafka: { official: `apache/kafka:${KAFKA}`, version: KAFKA },
  zookeeper: { official: `library/zookeeper:${ZOOKEEPER}`, version: ZOOKEEPER },
  clickhouse: { official: "clickhouse/clickhouse-server:24.8" },
  minio: { version: MINIO },
  spark: { official: `apache/spark:${SPARK}`, version: SPARK },
  haproxy: { official: "library/haproxy:2.6" },
  toxiproxy: { version: "2.5.0" },
  netfilter: {},
  /** The newest that Go 1.24 builds. */
  compose: { version: "5.0.2" },
  chdb: {},
  chromium: {},
};

/** The arguments with which somebody builds a component's folder on its official image, or on Debian's. */
export function officialArguments(component: ComponentId): Readonly<Record<string, string>> {
  const { official, version } = RECIPES[component];
  const base = official ?? RECIPES.base.official ?? "debian";
  return { BASE: base.replace(/^library\//, ""), ...(version === undefined ? {} : { VERSION: version }) };
}

export const COMPONENTS = Object.keys(RECIPES) as readonly ComponentId[];

/** A file as it goes into a build. */
export interface RecipeFile {
  readonly path: string;
  readonly content: Buffer;
  /** 0o755 where anybody may run it, else 0o644: the mode must not depend on who checked the project out. */
  readonly mode: number;
}

export interface RecipeFiles {
  /** The lab's layer: `lab/images/COMPONENT/*`. */
  readonly layer: readonly RecipeFile[];
  /** What stands in for the official image where there is no registry: `lab/images/COMPONENT/packages/*`. */
  readonly packages: readonly RecipeFile[];
}

const folder = join(import.meta.dirname, "..", "images");

export async function readRecipe(component: ComponentId): Promise<RecipeFiles> {
  return {
    layer: await readFiles(join(folder, component)),
    packages: await readFiles(join(folder, component, "packages")),
  };
}

/** The files directly in a folder, by name; none where there is no such folder. */
export async function readFiles(from: string, ending = ""): Promise<RecipeFile[]> {
  const entries = await readdir(from, { withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  });
  const names = entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith(ending))
    .map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const path = join(from, name);
      const runnable = ((await stat(path)).mode & 0o100) !== 0;
      return { path: name, content: await readFile(path), mode: runnable ? 0o755 : 0o644 };
    }),
  );
}

/** Certificates that this machine was told to trust (Debian's place for them), for the images that are built on it. */
export async function trustedCertificates(): Promise<RecipeFile[]> {
  const files = await readFiles("/usr/local/share/ca-certificates", ".crt");
  return files.map((file) => ({ ...file, mode: 0o644 }));
}
