/** What operations are called where people read of them: one unit a load, wherever it is counted. */
import type { Journal } from "../../lab/journal/types.ts";
import { unitSaid } from "../../lab/journal/units.ts";
import { formatNumber } from "../format.ts";

/** Names of actions in the journal, as people say them. */
const ACTIONS: Readonly<Record<string, string>> = {
  produce: "writes",
  add: "inserts",
  write: "writes",
  cas: "conditional writes",
  read: "reads",
  commit: "commits",
};

/** What one operation of an action is, where a journal of old does not say it. */
const UNITS: Readonly<Record<string, string>> = { produce: "record", add: "row" };

export const actionWord = (action: string): string => ACTIONS[action] ?? (action === "" ? "operations" : action);

/** What one journalled operation of a load is: `record`, `row`, `request`. */
export function unitOf(journal: Journal, load: string): string {
  const said = unitSaid(journal, load);
  if (said !== undefined) return said;
  const { operations, names } = journal;
  const number = names.indexOf(load);
  const row = operations.load.subarray(0, operations.length).indexOf(number);
  const action = row < 0 ? undefined : names[operations.action[row] ?? 0];
  return UNITS[action ?? ""] ?? "request";
}

/** `1 row`, `1,425 rows`. */
export const countOf = (count: number, unit: string): string =>
  `${formatNumber(count)} ${count === 1 ? unit : `${unit}s`}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

/** A moment on the run's clock, as exact as a sentence needs it: `7.1 s`. */
export const moment = (atMs: number): string => `${(atMs / 1_000).toFixed(1)} s`;
