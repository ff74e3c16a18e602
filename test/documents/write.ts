/** `npm run docs`: writes the parts of documents that are made from the code. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { MADE } from "./made.ts";
import { withSection } from "./sections.ts";

const root = join(import.meta.dirname, "../..");

/** The document as it should be. */
export async function madeDocument(document: string): Promise<string> {
  const file = join(root, document);
  let text = readFileSync(file, "utf8");
  for (const [name, make] of Object.entries(MADE[document] ?? {})) text = withSection(text, name, make());
  return format(text, { ...(await resolveConfig(file)), filepath: file });
}

if (import.meta.main) {
  for (const document of Object.keys(MADE)) writeFileSync(join(root, document), await madeDocument(document));
}
