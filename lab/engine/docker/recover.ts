/** What is done for a run whose lab is gone: packet rules named in its ledger, then everything with its label. */
import { appendFile, readFile, rm } from "node:fs/promises";
import type Docker from "dockerode";
import { messageOf } from "../../errors.ts";
import { seconds, withLimit, type Duration } from "../../time.ts";
import { limitWritesOf } from "./block-io.ts";
import { limitCpuOf } from "./cpu.ts";
import { statusOf, unlessGone } from "./docker-errors.ts";
import { ledgerPath, runHome } from "../home.ts";
import { HELPER_LABEL, RUN_LABEL, runLabels } from "../labels.ts";
import { leftBehind, type LeftBehind } from "../ledger-lines.ts";
import { onDiskOf } from "./on-disk.ts";
import { allText } from "./output.ts";
import { lives, type ProcessMark } from "../run-owner.ts";
import { sweep, type SweepResult } from "./sweep.ts";
import { END_QUEUES, type LedgerLine, type UndoAction } from "../undo-actions.ts";

/**
 * Undoes what outlives containers (packet-filter tables), removes all containers, networks and volumes of the run, and
 * the run's folder in the lab's home. `say` is told what is done.
 * @throws LabError `engine-failed` with what is left, after `within`.
 */
export async function recoverRun(
  docker: Docker,
  run: string,
  within: Duration,
  say: (text: string) => void,
): Promise<SweepResult> {
  const tables = tablesOf((await readLedger(run)).entries);
  // Containers first: most tables are owned by a helper process and vanish with it.
  // The lab may have died with an order on its way, which the engine still follows.
  const swept = await sweep(docker, run, within, seconds(1));
  for (const table of tables) await deleteTable(docker, run, table, say);
  await rm(runHome(run), { recursive: true, force: true });
  return swept;
}

/**
 * Undoes all that labs which are gone have named in the ledger of a standing run, done already or not, and strikes it
 * out. The lab `dead` is gone, though the kernel may not have noted it yet.
 */
export async function healRun(
  docker: Docker,
  run: string,
  say: (text: string) => void,
  dead?: ProcessMark,
): Promise<void> {
  const { entries, inForce, shared } = await readLedger(run, dead);
  // Newest first: of several limits of one node, the one before all of them has the last word.
  for (const action of entries.toReversed().flatMap((entry) => entry.undo)) {
    // A node that somebody removed is no reason to leave the others as they are.
    const done = await unlessGone(
      action.action === "end-delay" ? endDelay(docker, run, action) : healNode(docker, action),
    );
    if (done !== undefined) say(done);
  }
  for (const table of tablesOf(entries)) await deleteTable(docker, run, table, say);
  if (shared)
    await appendFile(ledgerPath(run), inForce.map((fault) => `${JSON.stringify({ healed: fault })}\n`).join(""));
  else await rm(ledgerPath(run), { force: true });
}

/**
 * Undoes what is still in force on a standing run of labs that are gone, where their watchdogs could not. Tells how many
 * faults that were. `say` is told what is done.
 */
export async function healLeftBehind(docker: Docker, run: string, say: (text: string) => void): Promise<number> {
  const { inForce } = await readLedger(run);
  if (inForce.length > 0) await healRun(docker, run, say);
  return inForce.length;
}

/** What was done; undefined where nothing was to do. */
async function healNode(
  docker: Docker,
  action: Exclude<UndoAction, { action: "end-delay" }>,
): Promise<string | undefined> {
  if (action.action === "none" || action.action === "delete-table") return undefined;
  const container = docker.getContainer(action.containerId);
  const done = `${action.action} ${action.containerId.slice(0, 12)}`;
  if (action.action === "remove-filler") {
    // Only a name of the lab's own is taken from a file on disk.
    if (!/\/\.lab-filler-[\w-]+$/.test(action.path)) return undefined;
    await onDiskOf(docker, action.containerId, action.containerId.slice(0, 12), ["rm", "-f", "--", action.path]);
    return done;
  }
  if (action.action === "limit-cpu") {
    await limitCpuOf(container, action.cores);
    return done;
  }
  const { State: state } = await container.inspect();
  if (action.action === "limit-writes") {
    // The limit of a container that is down is gone with its processes.
    if (!state.Running) return undefined;
    await limitWritesOf(docker, action.containerId, action.path, undefined);
    return done;
  }
  if (action.action === "unpause" && state.Paused) await container.unpause();
  else if (action.action === "start" && !state.Running) await container.start();
  else return undefined;
  return done;
}

/** The helpers in a node's network go, and with them their rules and proxies; netem's queue would stay. */
async function endDelay(
  docker: Docker,
  run: string,
  { containerId }: { readonly containerId: string },
): Promise<string> {
  const helpers = await docker.listContainers({ all: true, filters: { label: [`${RUN_LABEL}=${run}`, HELPER_LABEL] } });
  const network = `container:${containerId}`;
  for (const { Id, HostConfig } of helpers) {
    if (HostConfig.NetworkMode === network) await unlessGoing(docker.getContainer(Id).remove({ force: true, v: true }));
  }
  const image = await netfilterImage(docker);
  const { State: state } = await docker.getContainer(containerId).inspect();
  if (image !== undefined && state.Running) await runOnce(docker, run, image, ["sh", "-c", END_QUEUES], network);
  return `delays of ${containerId.slice(0, 12)} ended`;
}

/** 404: gone by itself; 409: going by itself. */
async function unlessGoing(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const status = statusOf(error);
    if (status !== 404 && status !== 409) throw error;
  }
}

interface Table {
  readonly family: "bridge" | "ip";
  readonly table: string;
}

async function readLedger(run: string, dead?: ProcessMark): Promise<LeftBehind> {
  const isDead = ({ pid, started }: ProcessMark): boolean => pid === dead?.pid && started === dead.started;
  const text = await readFile(ledgerPath(run), "utf8").catch(() => "");
  return leftBehind(text, (lab) => !isDead(lab) && lives(lab));
}

/** The tables that a ledger names, each once. Only names of the lab's own are taken from a file on disk. */
export function tablesOf(entries: readonly LedgerLine[]): readonly Table[] {
  const byName = new Map<string, Table>();
  for (const action of entries.flatMap((entry) => entry.undo)) {
    if (isTable(action)) byName.set(`${action.family} ${action.table}`, { family: action.family, table: action.table });
  }
  return [...byName.values()];
}

const isTable = (action: UndoAction): action is UndoAction & Table =>
  action.action === "delete-table" && /^(bridge|ip)$/.test(action.family) && /^lab_\w+$/.test(action.table);

async function deleteTable(docker: Docker, run: string, table: Table, say: (text: string) => void): Promise<void> {
  const name = `table ${table.family} ${table.table}`;
  try {
    const image = await netfilterImage(docker);
    if (image === undefined) {
      say(`${name}: no netfilter image here to remove it with`);
      return;
    }
    // `add` makes the deletion of a table that is gone already no error.
    const output = await runOnce(docker, run, image, ["nft", `add ${name}; delete ${name}`]);
    say(`${name} removed${output === "" ? "" : `: ${output}`}`);
  } catch (error) {
    say(`${name} could not be removed: ${messageOf(error)}`);
  }
}

async function netfilterImage(docker: Docker): Promise<string | undefined> {
  const images = await docker.listImages({ filters: { reference: ["resilience-lab/netfilter"] } });
  return images[0]?.Id;
}

/** Runs a command in a container with NET_ADMIN, waits for its end, and gives its output. Limit 20 s. Throws when it fails. */
export async function runOnce(
  docker: Docker,
  run: string,
  image: string,
  command: readonly string[],
  network = "host",
  more: Docker.HostConfig = {},
): Promise<string> {
  const what = `\`${command.slice(0, 1).join("")}\` in a helper`;
  const container = await docker.createContainer({
    Image: image,
    Labels: { ...runLabels(run, false), [HELPER_LABEL]: command[0] ?? "" },
    Entrypoint: [...command],
    Cmd: [],
    HostConfig: { NetworkMode: network, CapAdd: ["NET_ADMIN"], ...more },
  });
  try {
    await container.start();
    const end = (await withLimit(what, seconds(20), container.wait() as Promise<unknown>)) as {
      StatusCode: number;
    };
    const output = allText(await container.logs({ stdout: true, stderr: true })).trim();
    if (end.StatusCode !== 0) throw new Error(`${what} ended with ${end.StatusCode}: ${output}`);
    return output;
  } finally {
    await unlessGone(container.remove({ force: true, v: true }) as Promise<unknown>);
  }
}
