/** What the service is told, what its nodes are planned with, and that its packages are the project's. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { settingsOf } from "../../../lab/platform/ingest/image/settings.ts";
import { planIngest } from "../../../lab/platform/ingest/layout.ts";
import { ingestService } from "../../../lab/platform/ingest/spec.ts";

const plan = (options: Parameters<typeof ingestService>[0] = {}) =>
  planIngest(ingestService(options), {
    name: "ingest",
    topology: {},
    nodesOf: () => ["kafka-1", "kafka-2"],
    hostPort: () => 1,
  });

test("what a node is planned with is what the service understands", () => {
  const [first, second, ...more] = plan({ acks: "1", mostHeldMb: 2 });
  expect(more).toEqual([]);
  expect(settingsOf(first?.environment ?? {})).toMatchObject({
    port: 8080,
    brokers: ["kafka-1:9092", "kafka-2:9092"],
    topic: "events",
    clientId: "ingest-1",
    acks: 1,
    keyField: "visitor",
    mostHeldBytes: 2_097_152,
  });
  expect(settingsOf(second?.environment ?? {})).toMatchObject({ clientId: "ingest-2" });
  expect(settingsOf(plan()[0]?.environment ?? {}).acks).toBe(-1);
});

test.each([
  [{}, "INGEST_BROKERS is not set"],
  [{ INGEST_BROKERS: "a:1", INGEST_PORT: "x" }, 'INGEST_PORT is "x"'],
  [{ INGEST_BROKERS: "a:1", INGEST_PORT: "0" }, "INGEST_PORT is"],
  [{ INGEST_BROKERS: "a:1", INGEST_ACKS: "0" }, 'INGEST_ACKS is "0": use all or 1'],
])("%j is refused by its name", (environment, message) => {
  expect(() => settingsOf(environment)).toThrow(message);
});

test("a schema that is not there is named", () => {
  expect(() => plan({ schema: "nope" })).toThrow("schemas/events/nope.schema.json");
});

test("its packages have the versions that the project pins", () => {
  const read = (path: string) =>
    (
      JSON.parse(readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8")) as {
        dependencies: Record<string, string>;
      }
    ).dependencies;
  const own = read("lab/platform/ingest/image/package.json");
  const project = read("package.json");
  expect(Object.keys(own)).not.toEqual([]);
  expect(own).toEqual(Object.fromEntries(Object.keys(own).map((name) => [name, project[name]])));
});
