import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { format } from "prettier";
import { expect, test } from "vitest";
import { faultSchema } from "../../lab/faults/schema.ts";
import { fieldsTable, kindsTable, needsTable } from "../../lab/faults/help.ts";

const PAGE = join(import.meta.dirname, "../../docs/faults.md");
const SECTIONS = { kinds: kindsTable, fields: fieldsTable, needs: needsTable } as const;

test("docs/faults.md says of each kind what its file says (npx vitest run -u test/faults/docs.test.ts writes it)", async () => {
  let page = await readFile(PAGE, "utf8");
  for (const [name, text] of Object.entries(SECTIONS)) {
    const section = new RegExp(`(<!-- ${name}: made of lab/faults/kinds -->\n)[^]*?(<!-- end -->)`);
    expect(page).toMatch(section);
    page = page.replace(section, (_, begin: string, end: string) => `${begin}\n${text()}\n${end}`);
  }
  await expect(await format(page, { parser: "markdown", printWidth: 120 })).toMatchFileSnapshot(PAGE);
});

test("schemas/fault.schema.json is the schema of the kinds (-u writes it)", async () => {
  const text = await format(JSON.stringify(faultSchema()), { parser: "json", printWidth: 120 });
  await expect(text).toMatchFileSnapshot(join(import.meta.dirname, "../../schemas/fault.schema.json"));
});
