/** Debian's own way to a root file system, where there is no registry to pull one from. Needs root on a Debian. */
import { createReadStream, existsSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { LabError } from "../../errors.ts";
import { minutes } from "../../time.ts";
import { labHome } from "../home.ts";
import { REFUSAL_HINT } from "./images-messages.ts";
import type { RegistryTrouble } from "./images-policy.ts";
import type { RecipeFile } from "./images-recipes.ts";
import { isAlive, runCommand } from "../processes.ts";

type Note = (detail: string) => void;

export interface BootstrapOptions {
  readonly suite: string;
  readonly files: readonly RecipeFile[];
  readonly note: Note;
  /** Why the image does not come from the registry, for the error where it cannot be bootstrapped either. */
  readonly trouble?: RegistryTrouble | undefined;
  /** Ends the program that runs; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Bootstraps a small Debian in a folder of the lab's home and gives it, as a tar archive, to `use`. Nothing is left of
 * the folder, whatever happens; what a killed lab left of one is removed by the next.
 * @throws LabError `image-failed` where this machine cannot do it, or where it failed
 */
export async function bootstrapDebian(
  { suite, files, note, trouble, signal }: BootstrapOptions,
  use: (rootFilesystem: NodeJS.ReadableStream) => Promise<void>,
): Promise<void> {
  const release = await readFile("/etc/os-release", "utf8").catch(() => "");
  const impossible = whyNotBootstrap(release, process.getuid?.() === 0, trouble);
  if (impossible !== undefined) throw impossible;
  await removeLeftovers();
  const talk = { note, signal };
  // This machine's own packages: broken off, they would be left half installed.
  const unbroken = { note };
  const work = await mkdtemp(join(await workFolder(), `${process.pid}-`));
  try {
    if (!onPath("debootstrap")) {
      note("installing debootstrap from Debian");
      await run("apt-get", ["install", "--yes", "--no-install-recommends", "debootstrap"], unbroken, async () => {
        await run("apt-get", ["update"], unbroken);
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
      talk,
    );
    await slim(root, files);
    note("packing");
    const archive = join(work, "root.tar");
    await run("tar", ["--create", "--numeric-owner", "--file", archive, "--directory", root, "."], talk);
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

/** Why images cannot be built from packages here; undefined where they can. Pure. @param release the text of os-release */
export function whyNotBootstrap(
  release: string,
  isRoot: boolean,
  trouble: RegistryTrouble | undefined,
): LabError | undefined {
  const missing = [...(/^ID=debian$/m.test(release) ? [] : ["a Debian"]), ...(isRoot ? [] : ["root"])];
  if (missing.length === 0) return undefined;
  const takes = `images would have to be built from packages, which takes ${missing.join(" and ")} here`;
  const before =
    trouble === undefined
      ? ""
      : `${trouble.refused ? "the image registry refused" : "no image registry is in reach"} (${trouble.reason}); `;
  return new LabError({
    code: "image-failed",
    message: `${before}${takes}`,
    hint:
      trouble?.refused === true
        ? REFUSAL_HINT
        : "Let the engine reach an image registry (RESILIENCE_LAB_REGISTRY names a mirror), or run the lab as root on Debian.",
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

/** An account that became root without its login settings has no system folders on its path. */
const PATH = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];

const onPath = (command: string): boolean => PATH.some((folder) => existsSync(join(folder, command)));

const KEPT_LINES = 20;

/** Runs a command to its end, its latest line as the note. `mend` is tried once when it fails. */
async function run(
  command: string,
  given: readonly string[],
  talk: Pick<BootstrapOptions, "note" | "signal">,
  mend?: () => Promise<void>,
): Promise<void> {
  const { note, signal } = talk;
  signal?.throwIfAborted();
  const { ok, output } = await runCommand(command, given, {
    within: minutes(15),
    signal,
    environment: { PATH: PATH.join(delimiter), DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" },
    onLine: (line) => note(line.slice(0, 120)),
  });
  signal?.throwIfAborted();
  if (ok) return;
  if (mend !== undefined) {
    await mend();
    return run(command, given, talk);
  }
  const full = /no space left on device/i.test(output);
  throw new LabError({
    code: full ? "not-enough-disk" : "image-failed",
    message: `\`${command} ${given.join(" ")}\` failed:\n${output.split("\n").slice(-KEPT_LINES).join("\n")}`,
    hint: full
      ? "Free some space, or set RESILIENCE_LAB_HOME to a folder on a larger disk."
      : "Check that this machine reaches Debian's package archive, then try again.",
  });
}
