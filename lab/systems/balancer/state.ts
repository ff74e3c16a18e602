/** What a balancer says of its servers, on its statistics page. */
import { textOf } from "../endpoint.ts";
import type { Address } from "../endpoint.ts";

export interface Server {
  readonly backend: string;
  /** Its node's name. */
  readonly name: string;
  /** HAProxy's word, without the count of checks: `UP`, `DOWN`, `DRAIN`, `MAINT`, `no check`. */
  readonly status: string;
  /** What the last check found: `L7OK`, `L4CON`. */
  readonly check: string;
  /** Sessions that it was given since the balancer started. */
  readonly sessions: number;
}

const ANSWER_LIMIT_MS = 1_000;

/** @throws when it does not answer within a second */
export async function askServers(address: Address): Promise<readonly Server[]> {
  const answer = await fetch(`http://${textOf(address)}/stats;csv`, { signal: AbortSignal.timeout(ANSWER_LIMIT_MS) });
  if (!answer.ok) throw new Error(`the statistics page answered ${answer.status}`);
  return parseServers(await answer.text());
}

/** The servers in HAProxy's CSV, whose first line names the columns; frontends and totals are left out. */
export function parseServers(csv: string): readonly Server[] {
  const [head = "", ...lines] = csv.trim().split("\n");
  const columns = head.replace(/^# /, "").split(",");
  return lines.flatMap((line) => {
    const values = line.split(",");
    const of = (column: string): string => values[columns.indexOf(column)] ?? "";
    const name = of("svname");
    if (name === "FRONTEND" || name === "BACKEND" || name === "") return [];
    return [
      {
        backend: of("pxname"),
        name,
        // `UP 1/2`: it was up, and a check has failed; it still gets requests.
        status: of("status").replace(/ \d+\/\d+$/, ""),
        check: of("check_status").replace(/^\* /, ""),
        sessions: Number(of("stot")),
      },
    ];
  });
}
