/** Parts of documents that are made, not written: between `<!-- made: NAME -->` and `<!-- end: NAME -->`. */

const begin = (name: string): string => `<!-- made: ${name} -->`;
const end = (name: string): string => `<!-- end: ${name} -->`;

/** The document with its part of that name made anew. @throws Error when it has no such part */
export function withSection(document: string, name: string, made: string): string {
  const from = document.indexOf(begin(name));
  const to = document.indexOf(end(name));
  if (from < 0 || to < from) throw new Error(`the document has no part ${begin(name)} … ${end(name)}`);
  return `${document.slice(0, from + begin(name).length)}\n\n${made.trim()}\n\n${document.slice(to)}`;
}

/** A table of Markdown; bars in cells are escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
