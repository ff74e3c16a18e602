/** All that derives from the registry of checks: builders, the JSON schema, the page in the docs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { describe, expect, test } from "vitest";
import { CHECKS, check, runCheck } from "../../lab/checks/index.ts";
import type { CheckSpec } from "../../lab/checks/index.ts";
import { checkSchema } from "../../lab/checks/schema.ts";
import { journalOf } from "../../lab/journal/index.ts";
import { seconds } from "../../lab/time.ts";

const ROOT = join(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/checks.md"), "utf8");
const formatted = async (text: string, filepath: string): Promise<string> =>
  format(text, { ...(await resolveConfig(join(ROOT, filepath))), filepath });

test("the JSON schema is the one that the definitions make (vitest -u writes it)", async () => {
  const file = "schemas/run-folder/check.schema.json";
  const made = await formatted(JSON.stringify(checkSchema(CHECKS.values())), file);
  await expect(made).toMatchFileSnapshot(join(ROOT, file));
});

describe("docs/checks.md", () => {
  test.each([...CHECKS.keys()])("defines %s in a section of its own", (name) => {
    expect(page).toContain(`\n## ${name}\n`);
  });
});

describe.each([...CHECKS.values()])("check.$check", ({ check: name, example, fields, loadFirst }) => {
  const build = check[name as CheckSpec["check"]] as (...args: unknown[]) => CheckSpec;
  const { check: _check, ...options } = example as { check: string } & Record<string, unknown>;
  const built = (given: Readonly<Record<string, unknown>>): CheckSpec => {
    const { of, ...rest } = given;
    return loadFirst ? build(of, rest) : build(given);
  };

  test("builds its example", () => {
    expect(built(options)).toEqual(example);
  });
  test("names the field that is wrong, and says how to write it", () => {
    for (const field of Object.keys(fields)) {
      for (const wrong of [Number.NaN, Infinity, -1, "", [], {}, null]) {
        const attempt = (): unknown => built({ ...options, [field]: wrong });
        expect(attempt, `${field}: ${JSON.stringify(wrong)}`).toThrow(`check.${name}: ${field} is `);
        expect(attempt).toThrow(expect.objectContaining({ code: "bad-scenario" }) as Error);
      }
    }
  });
  test("misses each field that is needed, and no other", () => {
    for (const [field, { fallback }] of Object.entries(fields)) {
      const rest = Object.fromEntries(Object.entries(options).filter(([other]) => other !== field));
      const attempt = (): unknown => built(rest);
      if (fallback === undefined) expect(attempt).toThrow(`check.${name}: ${field} is missing`);
      else expect(attempt).not.toThrow();
    }
  });
  test("refuses a field that it does not have", () => {
    expect(() => built({ ...options, within_: 3 })).toThrow(`check.${name}: within_ is not one of its fields`);
  });
  test("is unknown on a journal in which nothing happened", () => {
    expect(runCheck(example as CheckSpec, journalOf({})).verdict).toBe("unknown");
  });
});

test("wrong use does not compile", () => {
  expect(() => {
    // @ts-expect-error a span is made by `seconds`
    check.recovery({ of: "events", within: 15 });
    // @ts-expect-error the field is `within`
    check.handover({ of: "events", limit: seconds(3) });
    // @ts-expect-error its load is missing
    check.delivery({ duplicatesAllowed: true });
  }).toThrow();
});
