/** MinIO without containers: what a spec comes to, what the schema says, what a mending found, what an object holds. */
import { describe, expect, test } from "vitest";
import { readHeal } from "../../../lab/systems/minio/admin.ts";
import { planMinio, poolsOf } from "../../../lab/systems/minio/layout.ts";
import { canonical, readMinioSchema } from "../../../lab/systems/minio/schema.ts";
import { minioCluster, quorumsOf } from "../../../lab/systems/minio/spec.ts";
import { contentOf, readContent } from "../../../lab/systems/minio/load/object-content.ts";
import { objects } from "../../../lab/systems/minio/load/objects-spec.ts";

describe("a cluster as data", () => {
  test.each([
    [4, 2, undefined, { read: 4, write: 5 }],
    [4, 2, 2, { read: 6, write: 6 }],
    [4, 1, undefined, { read: 2, write: 3 }],
    [3, 1, undefined, { read: 2, write: 2 }],
  ])("%i nodes of %i drives with parity %s", (nodes, drives, parity, quorums) => {
    expect(quorumsOf(minioCluster({ nodes, drives, ...(parity === undefined ? {} : { parity }) }))).toEqual(quorums);
  });

  test("mistakes are named", () => {
    expect(() => minioCluster({ parity: 5 })).toThrow("minioCluster: parity is 5");
    expect(() => minioCluster({ nodes: 16, drives: 2 })).toThrow("nodes × drives is 32");
    expect(() => objects({ to: "minio" })).toThrow('objects: to is "minio"');
    expect(() => objects({ to: "minio.rehearsal", upload: "multipart" })).toThrow("objects: sizeBytes is 16384");
    expect(() => objects({ to: "minio.rehearsal", mix: { puts: 2 } })).toThrow("objects: mix.puts is 2");
  });

  test("every node is given all pools, and the nodes of the second go on counting", () => {
    const spec = minioCluster({ pools: 2 });
    expect(poolsOf("store", spec)).toBe(
      "http://store-{1...4}:9000/data{1...2}\nhttp://store-{5...8}:9000/data{1...2}\n",
    );
    const nodes = planMinio(spec, { name: "store", topology: {}, nodesOf: () => [], hostPort: () => 1 });
    expect(nodes.map(({ name }) => name).at(-1)).toBe("store-8");
    expect(nodes[0]?.volumes).toEqual(["/data1", "/data2"]);
  });
});

describe("the schema", () => {
  test("every service has a policy that allows named actions on named buckets only", () => {
    const { buckets, services } = readMinioSchema("minio");
    const names = buckets.map(({ name }) => name).join("|");
    for (const { policy } of services) {
      const { Statement } = policy as { Statement: { Effect: string; Action: string[]; Resource: string[] }[] };
      for (const { Effect, Action, Resource } of Statement) {
        expect(Effect).toBe("Allow");
        for (const action of Action) expect(action).toMatch(/^s3:[A-Za-z]+$/);
        for (const resource of Resource) expect(resource).toMatch(new RegExp(`^arn:aws:s3:::(${names})(/|$)`));
      }
    }
  });

  test("a file that is not there is named", () => {
    expect(() => readMinioSchema("nowhere")).toThrow("schemas/nowhere/buckets.yaml can not be read");
  });

  test("lists are sets: another order is no difference, another element is", () => {
    expect(canonical({ b: ["y", "x"], a: 1 })).toBe(canonical({ a: 1, b: ["x", "y"] }));
    expect(canonical({ b: ["x"] })).not.toBe(canonical({ b: ["x", "y"] }));
  });
});

test("a mending tells what was not whole before it, and errors", () => {
  const line = (name: string, missing: number, corrupted: number): string =>
    JSON.stringify({ status: "success", type: "object", name, before: { offline: 0, missing, corrupted } });
  const output = [line("a/1", 0, 0), line("a/2", 1, 0), line("a/3", 0, 2), '{"type":"summary"}'].join("\n");
  expect(readHeal(output)).toEqual({
    items: 3,
    objects: 3,
    unwhole: ["object a/2: 1 missing, 0 corrupted, 0 offline", "object a/3: 0 missing, 2 corrupted, 0 offline"],
    worst: "corrupted",
  });
  expect(readHeal(line("a/2", 1, 0)).worst).toBe("missing");
  expect(readHeal(line("a/1", 0, 0)).worst).toBe("whole");
  expect(readHeal('{"status":"error","name":"a/4","error":"no quorum"}').unwhole).toEqual(['a/4: "no quorum"']);
});

describe("an object's content", () => {
  const content = contentOf(3, 77, 4_096);

  test("says whose it is", () => {
    expect(content).toHaveLength(4_096);
    expect(readContent(3, content)).toEqual({ value: 77 });
  });

  test("is torn when it is short, of another object, of two writes, or has one bit flipped", () => {
    const flipped = Buffer.from(content);
    flipped.writeUInt8(flipped.readUInt8(2_000) ^ 1, 2_000);
    const mixed = Buffer.concat([content.subarray(0, 2_048), contentOf(3, 78, 4_096).subarray(2_048)]);
    for (const [key, bytes] of [
      [3, content.subarray(0, 4_095)],
      [4, content],
      [3, flipped],
      [3, mixed],
      [3, Buffer.alloc(0)],
    ] as const) {
      expect(readContent(key, bytes)).toHaveProperty("torn");
    }
  });
});
