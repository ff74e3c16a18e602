/** What the linter and the compiler have against texts, as if they stood in the project. */
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

const root = join(import.meta.dirname, "..");

export interface Complaint {
  /** The last part of the file's name. */
  readonly file: string;
  /** `eslint(no-var)`, `typescript(no-explicit-any)`, `typescript(TS2305)`. */
  readonly rule: string;
  readonly message: string;
}

/**
 * Lints texts by the project's own rules. Where no text says otherwise, what they import from lab/ is the project's.
 * Takes a second or two, most of them once for all texts.
 */
export function complaintsAbout(texts: ReadonlyMap<string, string>): readonly Complaint[] {
  const folder = mkdtempSync(join(tmpdir(), "lab-lint-"));
  try {
    for (const file of ["package.json", "tsconfig.json", "oxlint.config.ts"])
      copyFileSync(join(root, file), join(folder, file));
    for (const [path, text] of texts) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const inLab = [...texts.keys()].some((path) => path.startsWith("lab/"));
    for (const each of inLab ? ["node_modules"] : ["node_modules", "lab"])
      symlinkSync(join(root, each), join(folder, each));
    return lint(folder, [...texts.keys()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function lint(folder: string, paths: readonly string[]): readonly Complaint[] {
  const program = join(root, "node_modules/oxlint/bin/oxlint");
  const { stdout, stderr } = spawnSync(process.execPath, [program, "--format=json", ...paths], {
    cwd: folder,
    encoding: "utf8",
    timeout: 120_000,
  });
  let answer: { diagnostics: { message: string; code: string; filename: string }[]; number_of_files: number };
  try {
    answer = JSON.parse(stdout) as typeof answer;
  } catch (cause) {
    throw new Error(`oxlint gave no JSON: ${stdout}${stderr}`, { cause });
  }
  if (answer.number_of_files !== paths.length) throw new Error(`oxlint read ${answer.number_of_files} files`);
  return answer.diagnostics.map(({ message, code, filename }) => ({ file: basename(filename), rule: code, message }));
}
