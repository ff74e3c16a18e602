import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { codeVersion } from "../../lab/rehearsal/code-version.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

function write(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe("which code rehearses", () => {
  test("is the same for the same files, and another for any change of what decides", () => {
    using folder = temporaryFolder();
    const hash = (path: string, text: string): string => {
      write(folder.path, path, text);
      return codeVersion(folder.path).hash;
    };
    const first = hash("lab/a.ts", "1");
    expect(codeVersion(folder.path)).toEqual({ hash: first });
    expect(hash("docs/a.md", "words")).toBe(first);
    const changed = hash("lab/a.ts", "2");
    expect(changed).not.toBe(first);
    expect(hash("lab/b.ts", "")).not.toBe(changed);
    expect(hash("scenarios/kafka/a.scenario.ts", "")).not.toBe(changed);
  });

  test.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ["a branch", { ".git/HEAD": "ref: refs/heads/main\n", ".git/refs/heads/main": `${COMMIT}\n` }, COMMIT],
    ["a detached head", { ".git/HEAD": `${COMMIT}\n` }, COMMIT],
    [
      "a packed branch",
      { ".git/HEAD": "ref: refs/heads/main\n", ".git/packed-refs": `# pack-refs\n${COMMIT} refs/heads/main\n` },
      COMMIT,
    ],
    [
      "a worktree",
      {
        ".git": "gitdir: elsewhere/worktrees/w\n",
        "elsewhere/worktrees/w/HEAD": "ref: refs/heads/w\n",
        "elsewhere/worktrees/w/commondir": "../..\n",
        "elsewhere/refs/heads/w": `${COMMIT}\n`,
      },
      COMMIT,
    ],
    ["a branch without a commit", { ".git/HEAD": "ref: refs/heads/main\n" }, undefined],
    ["a git that cannot be read", { ".git": "nonsense" }, undefined],
    ["no git", {}, undefined],
  ])("says the commit of %s", (_, files, commit) => {
    using folder = temporaryFolder();
    for (const [path, text] of Object.entries(files)) write(folder.path, path, text);
    expect(codeVersion(folder.path).commit).toBe(commit);
  });
});
