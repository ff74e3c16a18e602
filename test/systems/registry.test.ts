/** All that derives from the registry of systems: builders, the JSON schema of topologies, the page in the docs. */
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { format, resolveConfig } from "prettier";
import { describe, expect, test } from "vitest";
import * as front from "../../lab/index.ts";
import { planTopology, SYSTEMS, systemOf } from "../../lab/systems/index.ts";
import type { Topology } from "../../lab/systems/index.ts";
import { systemsPage } from "../../lab/systems/page.ts";
import { platformFor } from "../../lab/systems/platform.ts";
import * as registry from "../../lab/systems/registry.ts";
import { topologySchema } from "../../lab/systems/schema.ts";

const ROOT = join(import.meta.dirname, "../..");
const formatted = async (text: string, filepath: string): Promise<string> =>
  format(text, { ...(await resolveConfig(join(ROOT, filepath))), filepath });

test("the JSON schema of topologies is the one that the systems make (vitest -u writes it)", async () => {
  const file = "schemas/run-folder/topology.schema.json";
  const made = await formatted(JSON.stringify(topologySchema(SYSTEMS.values())), file);
  await expect(made).toMatchFileSnapshot(join(ROOT, file));
});

test("docs/systems.md is the page that the systems make (vitest -u writes it)", async () => {
  const file = "docs/systems.md";
  await expect(await formatted(systemsPage(SYSTEMS.values()), file)).toMatchFileSnapshot(join(ROOT, file));
});

test("a system is registered by its own name, and its builder is at the front door", () => {
  for (const [name, { system, build, spec }] of Object.entries(registry)) {
    expect(system).toBe(name);
    expect({ ...front }, `lab/index.ts exports ${spec.builder}`).toHaveProperty(spec.builder, build);
  }
  expect(() => systemOf({ system: "redis" })).toThrow('there is no system "redis"');
});

const isTopology = new Ajv2020({ allowUnionTypes: true }).compile(topologySchema(SYSTEMS.values()));

describe.each([...SYSTEMS.values()])("$system", ({ system, example, images, phrases, subjects, spec }) => {
  const own = example[system];
  const nodes = planTopology(example);

  test("has an example that stands, follows the schema, and is made of its images", () => {
    expect(isTopology(example) || isTopology.errors).toBe(true);
    expect(own && spec.problems(own)).toEqual([]);
    const components = nodes.filter(({ cluster }) => cluster === system).map(({ component }) => component);
    expect([...new Set(components)].toSorted()).toEqual(images.toSorted());
  });

  test("refuses a value that cannot be, by field, in check and schema alike", () => {
    const broken = { ...own, [Object.keys(spec.fields)[0] ?? ""]: null } as unknown as typeof own;
    expect(isTopology({ ...example, [system]: broken })).toBe(false);
    expect(spec.problems(broken ?? {})).toMatchObject([{ field: Object.keys(spec.fields)[0], what: "is null" }]);
    expect(isTopology({ ...example, [system]: { ...own, surprise: 1 } })).toBe(false);
    expect(spec.problems({ ...own, surprise: 1 })).toMatchObject([{ field: "surprise", what: "is no field" }]);
  });

  test("says of each phrase and each subject how it is written", () => {
    for (const words of phrases) {
      const { form, example: written, phrase } = words;
      const match = form.exec(written);
      expect(match, phrase).not.toBeNull();
      const topics = { events: { partitions: 1, replicas: 1, minInSync: 1 } };
      if (own !== undefined)
        expect(words.wrong?.({ ...match?.groups }, { ...own, topics } as typeof own)).toBeUndefined();
      expect(form.test(`${written} of the moon`), phrase).toBe(false);
    }
    const names = nodes.map(({ name }) => name);
    for (const watched of subjects) {
      const { subject } = watched;
      const all = own === undefined ? [] : watched.names(system, own, names);
      expect(all, subject).not.toEqual([]);
      const form = new RegExp(`^${subject.replaceAll(/[A-Z]{2,}/g, ".+")}$`);
      expect(all[0], subject).toMatch(form);
    }
  });
});

test("the platform of each profile follows the schema", () => {
  for (const profile of ["laptop", "production"] as const) {
    const topology: Topology = platformFor(profile);
    expect(isTopology(topology) || isTopology.errors).toBe(true);
  }
});
