/**
 * What each component's image is made from. Adding a component: a folder with a Dockerfile that starts `ARG BASE` /
 * `FROM ${BASE}`, in lab/systems/SYSTEM/image or, for a tool of the lab's own, in recipes/ beside this file; its name in
 * `ComponentId`, and its line here.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ComponentId } from "../types.ts";

export interface Recipe {
  /** The system's official image, pinned by version. Without one, the component is built on `base` in both worlds. */
  readonly official?: string;
  /** Given to the Dockerfiles as `VERSION`. */
  readonly version?: string;
  /** The system whose folder holds the recipe; none: it is a tool of the lab's own. */
  readonly system?: string;
}

const KAFKA = "4.1.1";
const ZOOKEEPER = "3.9.4";
/** Commit 7aac2a2c5b7c of 12 February 2026: the newest that the Go module proxy has. */
const MINIO = "v0.0.0-20260212201848-7aac2a2c5b7c";
const SPARK = "4.0.0";

export const RECIPES: Readonly<Record<ComponentId, Recipe>> = {
  base: { official: "library/debian:bookworm-slim", version: "bookworm" },
  kafka: { official: `apache/kafka:${KAFKA}`, version: KAFKA, system: "kafka" },
  zookeeper: { official: `library/zookeeper:${ZOOKEEPER}`, version: ZOOKEEPER, system: "zookeeper" },
  clickhouse: { official: "clickhouse/clickhouse-server:24.8", system: "clickhouse" },
  minio: { version: MINIO, system: "minio" },
  spark: { official: `apache/spark:${SPARK}`, version: SPARK, system: "spark" },
  haproxy: { official: "library/haproxy:2.6", system: "balancer" },
  toxiproxy: { version: "2.5.0" },
  netfilter: {},
  /** The newest that Go 1.24 builds. */
  compose: { version: "5.0.2" },
  chdb: {},
  chromium: {},
};

/** How somebody builds a component on its official image, or on Debian's: its folder, and the build's arguments. */
export function officialBuild(component: ComponentId): {
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
} {
  const { official, version } = RECIPES[component];
  const base = official ?? RECIPES.base.official ?? "debian";
  const args = { BASE: base.replace(/^library\//, ""), ...(version === undefined ? {} : { VERSION: version }) };
  return { context: recipeFolder(component), args };
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
  /** The lab's layer: the files of the recipe's folder. */
  readonly layer: readonly RecipeFile[];
  /** What stands in for the official image where there is no registry: the files of its folder `packages`. */
  readonly packages: readonly RecipeFile[];
}

/** Where the recipe of a component is, from the project's folder. */
export function recipeFolder(component: ComponentId): string {
  const { system } = RECIPES[component];
  return system === undefined ? `lab/engine/image-build/recipes/${component}` : `lab/systems/${system}/image`;
}

const projectFolder = join(import.meta.dirname, "..", "..", "..");

export async function readRecipe(component: ComponentId): Promise<RecipeFiles> {
  const folder = join(projectFolder, recipeFolder(component));
  return {
    layer: await readFiles(folder),
    packages: await readFiles(join(folder, "packages")),
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
