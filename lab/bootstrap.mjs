/**
 * Makes the checkout ready to run, then gets out of the way: npm calls it before `start`, `test`, `check` and `bench`.
 *
 * It runs on whatever Node the system has (20 or newer), without dependencies. It installs the packages of
 * package-lock.json when node_modules differs from it, and sees to it that the scripts then run on Node 24:
 * on Linux an npm package carries that Node (node_modules/.bin comes first in the path of npm's scripts); elsewhere
 * the user's own Node must be new enough.
 */
import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** `await using` runs from Node 24 on without being compiled. */
const NEEDED_NODE = 24;
const BOOTSTRAP_NODE = 20;
const INSTALL_LIMIT_MS = 15 * 60_000;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const logPath = join(root, "bootstrap.log");
const lockPath = join(root, ".bootstrap.lock");
const ownMajor = Number(process.versions.node.split(".")[0]);

/** Ends with what happened and what to do about it. */
function fail(message, ...hints) {
  process.stderr.write(`\nerror: ${message}\n${hints.map((hint) => `  ${hint}\n`).join("")}\n`);
  process.exit(3);
}

/** The npm package that carries Node for this machine; undefined where there is none. */
function carriedNodePackage() {
  const carried = process.platform === "linux" && ["x64", "arm64"].includes(process.arch);
  return carried ? `node-linux-${process.arch}` : undefined;
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * The packages that package-lock.json wants and node_modules lacks or has in another version, by path.
 * npm keeps its own list of what it installed in node_modules/.package-lock.json, written last: after an
 * interrupted installation there is none. Optional packages that were left out belong to other machines.
 */
function outdatedPackages() {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  if (wanted === undefined) fail("package-lock.json cannot be read.", "Get it back: git checkout package-lock.json");
  const installed = readJson(join(modules, ".package-lock.json"))?.packages ?? {};
  const carrier = carriedNodePackage();
  return Object.keys(wanted).filter((path) => {
    if (path === "") return false;
    const have = installed[path];
    if (have !== undefined) return have.version !== wanted[path].version || have.integrity !== wanted[path].integrity;
    return !wanted[path].optional || path === `node_modules/${carrier}`;
  });
}

/** The npm that called us, so that the same one installs; else the one in the path. */
function npmCommand() {
  const caller = process.env.npm_execpath;
  return caller !== undefined && /npm-cli\.[cm]?js$/.test(caller) ? [process.execPath, [caller]] : ["npm", []];
}

/** Shows how far the installation is: on one line in a terminal, on a line every ten seconds elsewhere. */
function progressLine() {
  const startedMs = Date.now();
  let lastMs = startedMs;
  return {
    show(text) {
      const now = Date.now();
      if (now - lastMs < (process.stderr.isTTY ? 200 : 10_000)) return;
      lastMs = now;
      const line = `  ${text}, ${Math.round((now - startedMs) / 1_000)} s`;
      process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    },
    end(text) {
      if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
      process.stderr.write(`${text} in ${Math.round((Date.now() - startedMs) / 1_000)} s.\n`);
    },
  };
}

/** What a failed installation means for the person at the keyboard, from npm's own words. */
function hintsFor(npmOutput) {
  const known = [
    [
      /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|ENOTCACHED)\b/,
      "npm could not reach its package registry: no network, or a proxy that npm does not know.",
      "See where it looks: npm config get registry; npm config get proxy. Then run the same command again.",
    ],
    [
      /SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_HAS_EXPIRED/,
      "The registry's certificate is not trusted here, as behind a company's proxy.",
      "Name that authority's file: export NODE_EXTRA_CA_CERTS=/path/to/authority.pem",
    ],
    [/\b(ENOSPC|EDQUOT)\b/, "The disk is full: about 1 GB is needed.", "See where it went: df -h ."],
    [/\b(EACCES|EPERM|EROFS)\b/, "npm may not write here.", "See who owns it: ls -ld . node_modules"],
    [/\bEUSAGE\b/, "package.json and package-lock.json do not fit together.", "Mend the lock file: npm install"],
  ];
  const found = known.find(([pattern]) => pattern.test(npmOutput));
  return found === undefined ? ["Run the same command again; if it fails again, read the log."] : found.slice(1);
}

/** Runs `npm ci`; npm's chatter goes to the log, people see a count. Install scripts are not run: none is needed. */
async function install() {
  const total = Object.values(readJson(join(root, "package-lock.json")).packages).filter(
    (each) => !each.optional,
  ).length;
  process.stderr.write(`Installing the dependencies (about ${total} packages) …\n`);
  const progress = progressLine();
  const log = openSync(logPath, "w");
  const [command, first] = npmCommand();
  const options = [
    "--include=dev",
    "--include=optional",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--loglevel=http",
  ];
  const npm = spawn(command, [...first, "ci", ...options], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    timeout: INSTALL_LIMIT_MS,
  });
  let output = "";
  let fetched = 0;
  const take = (chunk) => {
    writeFileSync(log, chunk);
    output += chunk;
    fetched += chunk.toString().match(/http (fetch|cache) .*\.tgz/g)?.length ?? 0;
    progress.show(`${Math.min(fetched, total)} of ${total} packages`);
  };
  npm.stdout.on("data", take);
  npm.stderr.on("data", take);
  const [code, signal, error] = await new Promise((resolve) => {
    npm.on("error", (failure) => resolve([null, null, failure]));
    npm.on("close", (exitCode, endedBy) => resolve([exitCode, endedBy, undefined]));
  });
  closeSync(log);
  if (code === 0) {
    progress.end("Installed the dependencies");
    return;
  }
  if (error !== undefined) fail(`npm could not be started: ${error.message}`, "Is npm installed? npm --version");
  const ending = signal === null ? `exit code ${code}` : `ended by ${signal}`;
  const said = output.split("\n").filter((line) => /^npm error (?![ }]|A complete log|If you are)/.test(line));
  process.stderr.write(`\n${said.slice(0, 6).join("\n")}\n`);
  fail(
    `the dependencies could not be installed (npm ci, ${ending}).`,
    ...hintsFor(output),
    `npm's whole output: ${logPath}`,
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/**
 * Takes the installation for this process; false when another process that is alive has it. The lock appears with its
 * holder's number in it, by a link; and of several who find a dead holder's, only the one that moves it away goes on.
 */
function takeLock() {
  const own = `${lockPath}.${process.pid}`;
  try {
    for (;;) {
      writeFileSync(own, String(process.pid));
      try {
        linkSync(own, lockPath);
        process.on("exit", () => rmSync(lockPath, { force: true }));
        return true;
      } catch (error) {
        if (error.code !== "EEXIST") throw error;
      }
      const holder = holderOf(lockPath);
      if (holder !== undefined && isAlive(holder)) return false;
      moveAway(holder);
    }
  } catch (error) {
    return fail(`cannot write here: ${error.message}`, "See who owns it: ls -ld .");
  } finally {
    rmSync(own, { force: true });
  }
}

/** The process id in a lock; undefined when it is gone, or holds none. */
function holderOf(path) {
  try {
    const holder = Number(readFileSync(path, "utf8"));
    return holder > 0 ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Takes a dead holder's lock away; one that somebody alive has taken meanwhile is put back. */
function moveAway(deadHolder) {
  const moved = `${lockPath}.${process.pid}.dead`;
  try {
    renameSync(lockPath, moved);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  const holder = holderOf(moved);
  try {
    if (holder !== deadHolder && holder !== undefined && isAlive(holder)) linkSync(moved, lockPath);
  } catch (error) {
    // Somebody else has it by now, and it is theirs to say so.
    if (error.code !== "EEXIST") throw error;
  } finally {
    rmSync(moved, { force: true });
  }
}

/** Two commands started together must not install over each other: the second waits, then looks again. */
async function installAlone() {
  const startedMs = Date.now();
  for (let told = false; !takeLock(); told = true) {
    if (!told) process.stderr.write("Another command is installing the dependencies; waiting for it …\n");
    if (Date.now() - startedMs > INSTALL_LIMIT_MS) {
      fail("the other installation did not end within 15 min.", `If nothing is installing: rm ${lockPath}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  if (outdatedPackages().length > 0) await install();
}

/** The scripts' Node is the carried one where it runs here; else it is the user's own, which must be new enough. */
function settleNode() {
  const link = join(modules, ".bin", "node");
  if (existsSync(link)) {
    if (realpathSync(process.execPath).startsWith(modules + sep)) return;
    const answer = spawnSync(link, ["--version"], { encoding: "utf8", timeout: 20_000 });
    if (answer.status === 0) return;
    // Built for another C library (Alpine): out of the way, so that the scripts find the user's own.
    rmSync(link);
  }
  if (ownMajor >= NEEDED_NODE) return;
  const carrier = carriedNodePackage();
  if (carrier !== undefined && !existsSync(join(modules, carrier))) {
    fail(
      `the package ${carrier}, which brings Node ${NEEDED_NODE}, was not installed.`,
      "Install it: npm ci --include=optional",
    );
  }
  failForOldNode();
}

function failForOldNode() {
  fail(
    `Node ${NEEDED_NODE} or newer is needed; this is ${process.version} (${process.platform} ${process.arch}).`,
    "It is brought along on Linux with glibc (x64, arm64) only. Elsewhere install it, then run the same command again:",
    "  brew install node@24     or     nvm install 24     or     https://nodejs.org/en/download",
  );
}

// Exit code 1 means violated: what nobody foresaw here ends with 3, too.
process.on("uncaughtException", (error) =>
  fail(`the bootstrap failed: ${error?.message ?? error}`, "See who owns it: ls -ld . node_modules"),
);

if (ownMajor < BOOTSTRAP_NODE) {
  fail(
    `Node ${BOOTSTRAP_NODE} or newer is needed to begin; this is ${process.version}.`,
    "Get one: https://nodejs.org/en/download",
  );
}
if (carriedNodePackage() === undefined && ownMajor < NEEDED_NODE) failForOldNode();
if (outdatedPackages().length > 0) await installAlone();
settleNode();
