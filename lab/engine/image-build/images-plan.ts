/** Which images a component needs, in which order, and under which names: pure, from the recipes' files alone. */
import { createHash } from "node:crypto";
import { ofComponent, type Recipe, type RecipeFile, type RecipeFiles } from "./images-recipes.ts";
import type { ComponentId, ImageRef } from "../types.ts";

export type Source = ImageRef["source"];

/** One image to have: how it is made, and the image that it stands on. */
export interface PlannedImage {
  readonly component: ComponentId;
  /** The name by which it is found again: it holds the hash of all that went into it. */
  readonly reference: string;
  readonly hash: string;
  readonly source: Source;
  readonly make: Making;
}

export type Making =
  | { readonly how: "pull" }
  | { readonly how: "debootstrap"; readonly suite: string; readonly files: readonly RecipeFile[] }
  | {
      readonly how: "build";
      readonly on: PlannedImage;
      readonly files: readonly RecipeFile[];
      readonly buildArguments: Readonly<Record<string, string>>;
    };

export interface PlanInput {
  readonly source: Source;
  /** A prefix of the official images' names; undefined: the engine's default registry. */
  readonly registry?: string | undefined;
  readonly certificates: readonly RecipeFile[];
  readonly recipes: Readonly<Record<ComponentId, Recipe>>;
  readonly files: Readonly<Record<ComponentId, RecipeFiles>>;
}

/**
 * The image of a component. Its name changes with anything that it is made from: files, pinned version, certificates,
 * source, and the images below it.
 */
export function planImage(component: ComponentId, input: PlanInput): PlannedImage {
  const files = ofComponent(input.files, component).layer;
  const layer = component === "base" ? [...files, ...certificateFolder(input.certificates)] : files;
  return builtImage(component, component, ground(component, input), layer, input);
}

/** What the lab's layer is put on: the official image, or what stands in for it, or the base. */
function ground(component: ComponentId, input: PlanInput): PlannedImage {
  const { official, version } = ofComponent(input.recipes, component);
  if (official === undefined) return planImage("base", input);
  if (input.source === "registry") return pulledImage(component, officialName(official, input.registry));
  const { packages } = ofComponent(input.files, component);
  if (component !== "base") {
    return builtImage(component, `${component}-foundation`, planImage("base", input), packages, input);
  }
  const suite = version ?? "stable";
  const hash = digest(["debootstrap", suite, ...packages.flatMap(parts)]);
  const make = { how: "debootstrap", suite, files: packages } as const;
  return { component, reference: named("base-foundation", hash), hash, source: input.source, make };
}

function pulledImage(component: ComponentId, reference: string): PlannedImage {
  return { component, reference, hash: digest(["pull", reference]), source: "registry", make: { how: "pull" } };
}

function builtImage(
  component: ComponentId,
  name: string,
  on: PlannedImage,
  files: readonly RecipeFile[],
  { source, recipes }: PlanInput,
): PlannedImage {
  const { version } = ofComponent(recipes, component);
  const buildArguments = { BASE: on.reference, ...(version === undefined ? {} : { VERSION: version }) };
  const hash = digest(["build", source, on.hash, version ?? "", ...files.flatMap(parts)]);
  return { component, reference: named(name, hash), hash, source, make: { how: "build", on, files, buildArguments } };
}

/** An official image's name in the registry that is used. */
export function officialName(official: string, registry: string | undefined): string {
  return registry === undefined ? official : `${registry.replace(/\/+$/, "")}/${official}`;
}

const named = (name: string, hash: string): string => `resilience-lab/${name}:${hash.slice(0, 12)}`;

const certificateFolder = (certificates: readonly RecipeFile[]): RecipeFile[] =>
  certificates.map((file) => ({ ...file, path: `certificates/${file.path}` }));

const parts = (file: RecipeFile): (string | Buffer)[] => [file.path, file.mode.toString(8), file.content];

/** SHA-256 over the parts with their lengths, so that no two lists of parts read the same. */
function digest(of: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of of) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest("hex");
}
