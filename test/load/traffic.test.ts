import { readFile } from "node:fs/promises";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { loadTraffic, trafficOf } from "../../lab/load/traffic.ts";

test("records are numbered on when the traffic starts again; a visitor keeps its number", () => {
  const traffic = trafficOf(['{"id":1,"visitor":"b"}', '{"id":2,"visitor":"a"}', '{"id":3,"visitor":"b"}']);
  expect([0, 1, 2, 3, 7].map((n) => traffic.record(n))).toEqual([
    { key: "b", keyNumber: 1, value: '{"n":0,"id":1,"visitor":"b"}' },
    { key: "a", keyNumber: 2, value: '{"n":1,"id":2,"visitor":"a"}' },
    { key: "b", keyNumber: 1, value: '{"n":2,"id":3,"visitor":"b"}' },
    { key: "b", keyNumber: 1, value: '{"n":3,"id":1,"visitor":"b"}' },
    { key: "a", keyNumber: 2, value: '{"n":7,"id":2,"visitor":"a"}' },
  ]);
  expect(traffic.keyNumber("a")).toBe(2);
  expect(traffic.keyNumber("nobody")).toBe(0);
});

test("every recorded request is a record by the schema", async () => {
  const schema = JSON.parse(
    await readFile(new URL("../../schemas/events/web-access.schema.json", import.meta.url), "utf8"),
  ) as Record<string, unknown>;
  const valid = new Ajv().compile(schema);
  const traffic = await loadTraffic();
  expect(traffic.length).toBeGreaterThan(9_900);
  for (let n = 0; n < traffic.length; n += 1) {
    const { key, value } = traffic.record(n);
    const event = JSON.parse(value) as { n: number; visitor: string };
    if (!valid(event)) expect.fail(`record ${n}: ${JSON.stringify(valid.errors)}`);
    expect(event.n).toBe(n);
    expect(event.visitor).toBe(key);
  }
});
