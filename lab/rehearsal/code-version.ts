/** Which code rehearses, so that a verdict that changed can be told from one whose lab changed. */
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { CodeVersion } from "../run-folder/run-folder.ts";

/** All that decides how a rehearsal goes and is judged. Reports and documents do not. */
const DECIDING = ["package-lock.json", "lab/**/*", "scenarios/**/*", "schemas/**/*"];

/** Of a project's folder, as it lies there now. */
export function codeVersion(project: string): CodeVersion {
  const commit = commitOf(project);
  return { hash: hashOf(project), ...(commit === undefined ? {} : { commit }) };
}

function hashOf(project: string): string {
  const hash = createHash("sha256");
  const files = DECIDING.flatMap((pattern) => globSync(pattern, { cwd: project })).toSorted();
  for (const path of files.filter((each) => statSync(join(project, each)).isFile()))
    hash
      .update(`${path.replaceAll("\\", "/")}\0`)
      .update(readFileSync(join(project, path)))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** What git has checked out there, read from its own files: no program is started for it. Undefined: no git, or nothing that can be read. */
function commitOf(project: string): string | undefined {
  try {
    const git = gitFolder(project);
    if (git === undefined) return undefined;
    const head = readFileSync(join(git, "HEAD"), "utf8").trim();
    const reference = /^ref: (.+)$/.exec(head)?.[1];
    return asCommit(reference === undefined ? head : referred(git, reference));
  } catch {
    return undefined;
  }
}

/** `.git` is a folder, or in a worktree a file that says where that is. */
function gitFolder(project: string): string | undefined {
  const git = join(project, ".git");
  if (!existsSync(git)) return undefined;
  if (statSync(git).isDirectory()) return git;
  const elsewhere = /^gitdir: (.+)$/m.exec(readFileSync(git, "utf8"))?.[1];
  return elsewhere === undefined ? undefined : resolve(project, elsewhere);
}

function referred(git: string, reference: string): string {
  const common = join(git, "commondir");
  const folders = existsSync(common) ? [git, resolve(git, readFileSync(common, "utf8").trim())] : [git];
  for (const folder of folders) {
    if (existsSync(join(folder, reference))) return readFileSync(join(folder, reference), "utf8");
    const packed = join(folder, "packed-refs");
    const line = existsSync(packed)
      ? readFileSync(packed, "utf8")
          .split("\n")
          .find((each) => each.endsWith(` ${reference}`))
      : "";
    if (line !== undefined && line !== "") return line;
  }
  return "";
}

const asCommit = (text: string): string | undefined => /^[0-9a-f]{40,64}/.exec(text)?.[0];
