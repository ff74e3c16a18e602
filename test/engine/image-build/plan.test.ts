import { describe, expect, test } from "vitest";
import { labelStages } from "../../../lab/engine/image-build/images-make.ts";
import {
  officialName,
  planImage,
  type PlanInput,
  type PlannedImage,
} from "../../../lab/engine/image-build/images-plan.ts";
import type { RecipeFile, RecipeFiles } from "../../../lab/engine/image-build/images-recipes.ts";
import type { ComponentId } from "../../../lab/engine/types.ts";

const file = (path: string, content: string, mode = 0o644): RecipeFile => ({
  path,
  content: Buffer.from(content),
  mode,
});
const none: RecipeFiles = { layer: [], packages: [] };

const input: PlanInput = {
  source: "packages",
  certificates: [],
  recipes: {
    base: { official: "library/debian:bookworm-slim", version: "bookworm" },
    kafka: { official: "apache/kafka:4.1.1", version: "4.1.1" },
    netfilter: {},
  },
  files: {
    base: { layer: [file("Dockerfile", "base")], packages: [file("apt-slim.conf", "x")] },
    kafka: { layer: [file("Dockerfile", "kafka"), file("start", "#!", 0o755)], packages: [file("Dockerfile", "mvn")] },
    netfilter: { layer: [file("Dockerfile", "nft")], packages: [] },
  },
};

/** From the image down to what it stands on, without the hashes. */
function chain(image: PlannedImage): string[] {
  const line = `${image.make.how} ${image.reference.replace(/:[0-9a-f]{12}$/, "")}`;
  return image.make.how === "build" ? [line, ...chain(image.make.on)] : [line];
}

test("an image without a recipe is refused by name", () => {
  expect(() => planImage("redis", input)).toThrow('there is no recipe for an image "redis"');
});

describe("what an image stands on", () => {
  test("from packages: everything ends in a bootstrapped Debian", () => {
    expect(chain(planImage("kafka", input))).toEqual([
      "build resilience-lab/kafka",
      "build resilience-lab/kafka-foundation",
      "build resilience-lab/base",
      "debootstrap resilience-lab/base-foundation",
    ]);
  });

  test("from a registry: the lab's layer on the official image, or on the base where there is none", () => {
    const fromRegistry: PlanInput = { ...input, source: "registry", registry: "127.0.0.1:5000/" };
    expect(chain(planImage("kafka", fromRegistry))).toEqual([
      "build resilience-lab/kafka",
      "pull 127.0.0.1:5000/apache/kafka:4.1.1",
    ]);
    expect(chain(planImage("netfilter", fromRegistry))).toEqual([
      "build resilience-lab/netfilter",
      "build resilience-lab/base",
      "pull 127.0.0.1:5000/library/debian:bookworm-slim",
    ]);
  });

  test("the engine's default registry needs no prefix", () => {
    expect(officialName("apache/kafka:4.1.1", undefined)).toBe("apache/kafka:4.1.1");
  });
});

describe("an image's name changes with what it is made from", () => {
  const name = (component: ComponentId, of: Partial<PlanInput>): string =>
    planImage(component, { ...input, ...of }).reference;
  const kafka = name("kafka", {});
  const netfilter = name("netfilter", {});
  const kafkaFiles = (files: Partial<RecipeFiles>): Partial<PlanInput> => ({
    files: { ...input.files, kafka: { ...none, ...input.files["kafka"], ...files } },
  });

  test("the same recipe gives the same name", () => {
    expect(name("kafka", {})).toBe(kafka);
    expect(kafka).toMatch(/^resilience-lab\/kafka:[0-9a-f]{12}$/);
  });

  test.each<[string, Partial<PlanInput>]>([
    ["a file's content", kafkaFiles({ layer: [file("Dockerfile", "kafka"), file("start", "#?", 0o755)] })],
    ["a file's mode", kafkaFiles({ layer: [file("Dockerfile", "kafka"), file("start", "#!")] })],
    ["a file's name", kafkaFiles({ layer: [file("Dockerfile", "kafka"), file("begin", "#!", 0o755)] })],
    ["what stands in for the official image", kafkaFiles({ packages: [file("Dockerfile", "gradle")] })],
    ["the version", { recipes: { ...input.recipes, kafka: { official: "apache/kafka:4.1.2", version: "4.1.2" } } }],
    ["the certificates", { certificates: [file("ca.crt", "PEM")] }],
    [
      "the base",
      { files: { ...input.files, base: { ...none, ...input.files["base"], layer: [file("Dockerfile", "other")] } } },
    ],
    ["the source", { source: "registry" }],
  ])("%s", (_, change) => {
    expect(name("kafka", change)).not.toBe(kafka);
  });

  test("bytes moved from one file to the next are a change", () => {
    const a = kafkaFiles({ layer: [file("Dockerfile", "ab"), file("start", "c")] });
    const b = kafkaFiles({ layer: [file("Dockerfile", "a"), file("start", "bc")] });
    expect(name("kafka", a)).not.toBe(name("kafka", b));
  });

  test("another component's files are none of its business", () => {
    expect(name("netfilter", kafkaFiles({ layer: [] }))).toBe(netfilter);
  });

  test("another registry is another image, but a registry says nothing about images from packages", () => {
    expect(name("kafka", { source: "registry", registry: "a" })).not.toBe(name("kafka", { source: "registry" }));
    expect(name("kafka", { registry: "a" })).toBe(kafka);
  });
});

test("every stage of a build is labelled, so that those which only fed the result are found again", () => {
  expect(labelStages("ARG BASE\nFROM ${BASE} AS libs\nRUN a\n\nFROM ${BASE}\nCOPY --from=libs /a /a\n", "h1")).toBe(
    "ARG BASE\nFROM ${BASE} AS libs\nLABEL resilience-lab.stage=h1\nRUN a\n\nFROM ${BASE}\nLABEL resilience-lab.stage=h1\nCOPY --from=libs /a /a\n",
  );
});
