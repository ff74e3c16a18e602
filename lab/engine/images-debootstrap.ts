/** Debian's own way to a root file system, where there is no registry to pull one from. Needs root on a Debian. */
import { spawn } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { LabError, messageOf } from "../errors.ts";
import { minutes, withLimit } from "../time.ts";
import { labHome } from "./home.ts";
import { isAlive } from "./images-lock.ts";
import type { RecipeFile } from "./images-recipes.ts";

type Note = (detail: string) => void;

/**
 * Bootstraps a small Debian in a folder of the lab's home and gives it, as a tar archive, to `use`. Nothing is left of
 * the folder, whatever happens; what a killed lab left of one is removed by the next.
 * @throws LabError `image-failed` where this machine cannot do it, or where it failed
 */
export async function bootstrapDebian(
  suite: string,
  files: readonly RecipeFile[],
  note: Note,
  use: (rootFilesystem: NodeJS.ReadableStream) => Promise<void>,
): Promise<void> {
  await assertPossible();
  await removeLeftovers();
  const work = await mkdtemp(join(await workFolder(), `${process.pid}-`));
  try {
    if (!onPath("debootstrap")) {
      note("installing debootstrap from Debian");
      await run("apt-get", ["install", "--yes", "--no-install-recommends", "debootstrap"], note, async () => {
        await run("apt-get", ["update"], note);
      });
    }
    const root = join(work, "root");
    // What it mounts stays in a namespace of its own, and it dies with the lab.
    await run(
      "setpriv",
      [
        "--pdeathsig",
        "KILL",
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "debootstrap",
        "--variant=minbase",
        suite,
        root,
      ],
      note,
    );
    await slim(root, files);
    note("packing");
    const archive = join(work, "root.tar");
    await run("tar", ["--create", "--numeric-owner", "--file", archive, "--directory", root, "."], note);
    await use(createReadStream(archive));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const workFolder = async (): Promise<string> => {
  const folder = join(labHome(), "debootstrap");
  await mkdir(folder, { recursive: true, mode: 0o755 });
  return folder;
};

async function removeLeftovers(): Promise<void> {
  const folder = await workFolder();
  for (const name of await readdir(folder)) {
    if (!isAlive(Number.parseInt(name, 10))) await rm(join(folder, name), { recursive: true, force: true });
  }
}

async function assertPossible(): Promise<void> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const missing = [
    ...(/^ID=debian$/m.test(release) ? [] : ["a Debian"]),
    ...(process.getuid?.() === 0 ? [] : ["root"]),
  ];
  if (missing.length === 0) return;
  throw new LabError({
    code: "image-failed",
    message: `images are to be built from packages, which takes ${missing.join(" and ")} here`,
    hint: "Let the engine reach an image registry (RESILIENCE_LAB_REGISTRY names a mirror), or run the lab as root on Debian.",
  });
}

/** The recipe's settings, so that later layers stay small; and what they would have kept out so far. */
async function slim(root: string, files: readonly RecipeFile[]): Promise<void> {
  const places: Readonly<Record<string, string>> = {
    "dpkg-slim.conf": "etc/dpkg/dpkg.cfg.d/01-slim",
    "apt-slim.conf": "etc/apt/apt.conf.d/01-slim",
  };
  for (const { path, content } of files) {
    const place = places[path];
    if (place !== undefined) await writeFile(join(root, place), content);
  }
  for (const folder of ["usr/share/man", "usr/share/info", "usr/share/locale", "var/lib/apt/lists", "var/cache/apt"]) {
    for (const name of await readdir(join(root, folder)).catch(() => [])) {
      await rm(join(root, folder, name), { recursive: true, force: true });
    }
  }
  for (const name of await readdir(join(root, "usr/share/doc"))) {
    const inside = await readdir(join(root, "usr/share/doc", name)).catch(() => []);
    for (const file of inside)
      if (file !== "copyright") await rm(join(root, "usr/share/doc", name, file), { recursive: true });
  }
  // apt looks for these two.
  await mkdir(join(root, "var/cache/apt/archives/partial"), { recursive: true });
  await mkdir(join(root, "var/lib/apt/lists/partial"), { recursive: true });
  await chmod(root, 0o755);
}

const onPath = (command: string): boolean =>
  [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"].some((folder) =>
    existsSync(join(folder, command)),
  );

const KEPT_LINES = 20;

/** Runs a command to its end, its last line as the note. `mend` is tried once when it fails. */
async function run(command: string, given: readonly string[], note: Note, mend?: () => Promise<void>): Promise<void> {
  const child = spawn(command, given, {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`,
      DEBIAN_FRONTEND: "noninteractive",
      LC_ALL: "C",
    },
  });
  let lines: string[] = [];
  const listen = (piece: Buffer): void => {
    const fresh = piece
      .toString("utf8")
      .split(/[\r\n]+/)
      .filter((line) => line.trim() !== "");
    lines = [...lines, ...fresh].slice(-KEPT_LINES);
    const last = lines.at(-1);
    if (last !== undefined) note(last.slice(0, 120));
  };
  child.stdout.on("data", listen);
  child.stderr.on("data", listen);
  const ended = new Promise<string | undefined>((resolve) => {
    child.once("error", (error) => resolve(messageOf(error)));
    child.once("close", (code, signal) =>
      resolve(code === 0 ? undefined : `it ended with ${signal ?? `code ${String(code)}`}`),
    );
  });
  const shown = `\`${command} ${given.join(" ")}\``;
  let failure: string | undefined;
  try {
    failure = await withLimit(shown, minutes(15), ended);
  } catch (error) {
    child.kill("SIGKILL");
    throw error;
  }
  if (failure === undefined) return;
  if (mend !== undefined) {
    await mend();
    return run(command, given, note);
  }
  const tail = lines.map((line) => `\n  ${line}`).join("");
  throw new LabError({
    code: "image-failed",
    message: `${shown} failed: ${failure}${tail === "" ? "" : `\nIts last lines:${tail}`}`,
    hint: "Check that this machine reaches Debian's package archive, then try again.",
  });
}
