/** What a Spark master says of its cluster, asked over its web port. */
import type { Node } from "../../engine/types.ts";
import { textOf } from "../endpoint.ts";
import type { Address } from "../endpoint.ts";

/** The part of `/json/` that the lab looks at. */
export interface MasterState {
  /** `ALIVE`, `RECOVERING`, `COMPLETING_RECOVERY`, `STANDBY`. */
  readonly status: string;
  readonly workers: readonly { readonly host: string; readonly state: string; readonly coresUsed: number }[];
  readonly applications: readonly string[];
}

const ANSWER_LIMIT_MS = 1_000;

/** @throws when it does not answer within a second */
export async function askMaster(address: Address): Promise<MasterState> {
  const said = (await askJson(address)) as {
    readonly status: string;
    readonly workers: readonly { readonly host: string; readonly state: string; readonly coresused: number }[];
    readonly activeapps: readonly { readonly id: string }[];
  };
  return {
    status: said.status,
    workers: said.workers.map(({ host, state, coresused }) => ({ host, state, coresUsed: coresused })),
    applications: said.activeapps.map(({ id }) => id),
  };
}

/** Names of the workers that the master holds for alive; a worker that came back is listed dead as well. */
export const aliveWorkers = ({ workers }: MasterState): readonly string[] => [
  ...new Set(workers.filter(({ state }) => state === "ALIVE").map(({ host }) => host)),
];

/** Whether a master or worker answers on its web port. */
export async function answersWeb(address: Address): Promise<boolean> {
  try {
    await askJson(address);
    return true;
  } catch {
    return false;
  }
}

/** @throws when the master refuses */
export async function endApplication(address: Address, application: string): Promise<void> {
  const answer = await fetch(`http://${textOf(address)}/app/kill/`, {
    method: "POST",
    body: new URLSearchParams({ id: application, terminate: "true" }),
    redirect: "manual",
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  });
  if (answer.status >= 400) throw new Error(`the master answered ${answer.status} to the end of ${application}`);
}

const PID = /^\d+$/gm;

/** Process ids, in the node, of processes whose command line has this text. */
export async function processesIn(node: Node, text: string): Promise<readonly number[]> {
  const { stdout } = await node.exec(["pgrep", "-f", text]);
  return [...stdout.matchAll(PID)].map(([pid]) => Number(pid));
}

async function askJson(address: Address): Promise<unknown> {
  const answer = await fetch(`http://${textOf(address)}/json/`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  if (!answer.ok) throw new Error(`${textOf(address)} answered ${answer.status}`);
  return answer.json();
}
