/**
 * What each component's image is made from: a folder with a Dockerfile that starts `ARG BASE` / `FROM ${BASE}`. A system's
 * is lab/systems/SYSTEM/image, a service's of the platform lab/platform/SERVICE/image, with `recipe.json` beside it; a tool
 * of the lab's own is in recipes/ beside this file, and has its line here.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { LabError } from "../../errors.ts";
import type { ComponentId } from "../types.ts";

export interface Recipe {
  /** The official image, pinned by version. Without one, the component is built on `base` in both worlds. */
  readonly official?: string;
  /** Given to the Dockerfiles as `VERSION`. */
  readonly version?: string;
  /** The folder of the system that holds the recipe, from the project's; none: it is a tool of the lab's own. */
  readonly folder?: string;
}

const projectFolder = join(import.meta.dirname, "..", "..", "..");

const TOOLS = {
  base: { official: "library/debian:bookworm-slim", version: "bookworm" },
  toxiproxy: { version: "2.5.0" },
  netfilter: {},
  /** The newest that Go 1.24 builds. */
  compose: { version: "5.0.2" },
  chdb: {},
  chromium: {},
} as const;

/** A system says in `recipe.json` what its image is called and made from: read, not imported, as it knows the engine. */
function systemRecipes(): Readonly<Record<ComponentId, Recipe>> {
  const folders = ["lab/systems", "lab/platform"].flatMap((room) =>
    readdirSync(join(projectFolder, room)).map((name) => `${room}/${name}`),
  );
  const found = folders.flatMap((folder): [ComponentId, Recipe][] => {
    const file = join(projectFolder, folder, "recipe.json");
    if (!existsSync(file)) return [];
    const { component, official, version } = JSON.parse(readFileSync(file, "utf8")) as Recipe & {
      readonly component: string;
    };
    const recipe = { ...(official === undefined ? {} : { official }), ...(version === undefined ? {} : { version }) };
    return [[component, { ...recipe, folder }]];
  });
  return Object.fromEntries(found);
}

export const RECIPES: Readonly<Record<ComponentId, Recipe>> = { ...TOOLS, ...systemRecipes() };

/** The base's official image. */
export const BASE_IMAGE = TOOLS.base.official;

/** What a table says of a component. @throws LabError `bad-usage` when it says nothing */
export function ofComponent<T>(table: Readonly<Record<ComponentId, T>>, component: ComponentId): T {
  const found = Object.hasOwn(table, component) ? table[component] : undefined;
  if (found !== undefined) return found;
  throw new LabError({
    code: "bad-usage",
    message: `there is no recipe for an image ${JSON.stringify(component)}`,
    hint: `there is: ${Object.keys(table).join(", ")}`,
  });
}

/** How somebody builds a component on its official image, or on Debian's: its folder, and the build's arguments. */
export function officialBuild(component: ComponentId): {
  readonly context: string;
  readonly args: Readonly<Record<string, string>>;
} {
  const { official, version } = ofComponent(RECIPES, component);
  const base: string = official ?? BASE_IMAGE;
  const args = { BASE: base.replace(/^library\//, ""), ...(version === undefined ? {} : { VERSION: version }) };
  return { context: recipeFolder(component), args };
}

export const COMPONENTS: readonly ComponentId[] = Object.keys(RECIPES);

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
  const { folder } = ofComponent(RECIPES, component);
  return folder === undefined ? `lab/engine/image-build/recipes/${component}` : `${folder}/image`;
}

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
