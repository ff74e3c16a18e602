/** The bootstrap as a fresh checkout meets it: the real npm, on a small project in a folder of its own. */
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { monotonicMs } from "../lab/time.ts";
import { temporaryFolder } from "./journal/temporary-folder.ts";

const REAL = join(import.meta.dirname, "../lab/bootstrap.mjs");

interface Ended {
  readonly code: number;
  readonly stderr: string;
}

/** A registry that refuses at once: what a machine without a network looks like to npm. */
const noNetwork = {
  npm_config_registry: "http://127.0.0.1:9",
  npm_config_fetch_retries: "0",
  npm_config_update_notifier: "false",
};

function bootstrap(root: string): Promise<Ended> {
  const env = { ...process.env, ...noNetwork, npm_config_cache: join(root, "npm-cache"), npm_execpath: "" };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, "lab/bootstrap.mjs")], { env }, (error, _, stderr) => {
      const shown = stderr.replaceAll(root, "ROOT").replaceAll(/in \d+ s/g, "in N s");
      resolve({ code: error === null ? 0 : Number(error.code), stderr: shown });
    });
  });
}

/** A checkout whose only package lies beside it (`local`), or can only be had from the registry. */
function checkout(root: string, dependency: "local" | "registry"): void {
  mkdirSync(join(root, "lab"));
  mkdirSync(join(root, "dep"));
  copyFileSync(REAL, join(root, "lab/bootstrap.mjs"));
  const write = (path: string, content: unknown): void => writeFileSync(join(root, path), JSON.stringify(content));
  write("dep/package.json", { name: "dep", version: "1.0.0" });
  const dependencies = { dep: dependency === "local" ? "file:dep" : "1.0.0" };
  const place = dependency === "local" ? { resolved: "dep", link: true } : { version: "1.0.0" };
  write("package.json", { name: "small", version: "1.0.0", dependencies });
  write("package-lock.json", {
    name: "small",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": { name: "small", version: "1.0.0", dependencies },
      ...(dependency === "local" ? { dep: { version: "1.0.0" } } : {}),
      "node_modules/dep": place,
    },
  });
}

/** As after an installation: the packages, and npm's own list of them. */
function installed(root: string): void {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, unknown>>;
  };
  mkdirSync(join(root, "node_modules"));
  const { "": _project, ...rest } = packages;
  writeFileSync(join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages: rest }));
}

describe("bootstrap", () => {
  test("installs what is missing, and says so", async () => {
    using folder = temporaryFolder();
    checkout(folder.path, "local");
    const { code, stderr } = await bootstrap(folder.path);
    expect(stderr).toMatchInlineSnapshot(`
      "Installing the dependencies (about 3 packages) …
      Installed the dependencies in N s.
      "
    `);
    expect(code).toBe(0);
    expect(existsSync(join(folder.path, "node_modules/dep/package.json"))).toBe(true);
    expect(existsSync(join(folder.path, ".bootstrap.lock"))).toBe(false);
  });

  test("is silent and quick when nothing is missing, and installs again what was cut short", async () => {
    using folder = temporaryFolder();
    checkout(folder.path, "local");
    // What npm leaves, without the second that it takes.
    installed(folder.path);
    const startedMs = monotonicMs();
    expect(await bootstrap(folder.path)).toEqual({ code: 0, stderr: "" });
    expect(monotonicMs() - startedMs).toBeLessThan(3_000);
    rmSync(join(folder.path, "node_modules/.package-lock.json"));
    const { code, stderr } = await bootstrap(folder.path);
    expect(code).toBe(0);
    expect(stderr).toContain("Installed the dependencies");
  });

  test("two started together do not install over each other, and take over from one that died", async () => {
    using folder = temporaryFolder();
    checkout(folder.path, "local");
    writeFileSync(join(folder.path, ".bootstrap.lock"), "999999999");
    const ends = await Promise.all([bootstrap(folder.path), bootstrap(folder.path)]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    expect(ends.filter(({ stderr }) => stderr.includes("Installed the dependencies"))).toHaveLength(1);
  });

  test("that may not write ends with 3, in words", async () => {
    using folder = temporaryFolder();
    checkout(folder.path, "local");
    // The log's place is taken: root, who may write anywhere, cannot either.
    mkdirSync(join(folder.path, "bootstrap.log"));
    const { code, stderr } = await bootstrap(folder.path);
    expect(code).toBe(3);
    expect(stderr).toContain("error: the bootstrap failed: EISDIR");
  });

  test("without a network: says what is wrong, and where all of it can be read", async () => {
    using folder = temporaryFolder();
    checkout(folder.path, "registry");
    const { code, stderr } = await bootstrap(folder.path);
    expect(code).toBe(3);
    expect(stderr).toContain("npm error code ECONNREFUSED");
    expect(stderr.slice(stderr.indexOf("\nerror: "))).toMatchInlineSnapshot(`
      "
      error: the dependencies could not be installed (npm ci, exit code 1).
        npm could not reach its package registry: no network, or a proxy that npm does not know.
        See where it looks: npm config get registry; npm config get proxy. Then run the same command again.
        npm's whole output: ROOT/bootstrap.log

      "
    `);
    expect(readFileSync(join(folder.path, "bootstrap.log"), "utf8")).toContain("ECONNREFUSED");
  });
});
