/** What checks show for their findings. */
import { operationAt, readAt } from "../journal/dump.ts";
import type { Journal } from "../journal/types.ts";
import type { Evidence, Finding, Verdict } from "./types.ts";

const MOST_EVIDENCE = 20;

/** Counts anomalies by kind, and keeps the first few of each to show. */
export class Anomalies<Kind extends string> {
  readonly #kinds: readonly Kind[];
  readonly #counts: Record<Kind, number>;
  readonly #shown: Record<Kind, Evidence[]>;

  /** Kinds in the order in which they matter. */
  constructor(kinds: readonly Kind[]) {
    this.#kinds = kinds;
    this.#counts = Object.fromEntries(kinds.map((kind) => [kind, 0])) as Record<Kind, number>;
    this.#shown = Object.fromEntries(kinds.map((kind) => [kind, []])) as unknown as Record<Kind, Evidence[]>;
  }

  /** Counts; true as long as a few more of the kind are wanted to `show`. */
  found(kind: Kind, count = 1): boolean {
    this.#counts[kind] = this.count(kind) + count;
    return this.#shown[kind].length < MOST_EVIDENCE;
  }

  show(kind: Kind, evidence: Evidence): void {
    this.#shown[kind].push(evidence);
  }

  count(kind: Kind): number {
    return this.#counts[kind];
  }

  counts(): Readonly<Record<string, number>> {
    return { ...this.#counts };
  }

  /** At most twenty, a share for each kind that was found. */
  evidence(): readonly Evidence[] {
    const inTurn = Array.from({ length: MOST_EVIDENCE }, (_, place) =>
      this.#kinds.flatMap((kind) => this.#shown[kind][place] ?? []),
    );
    return inTurn.flat().slice(0, MOST_EVIDENCE);
  }
}

export function operationEvidence(journal: Journal, row: number, what: string): Evidence {
  const { client, action, outcome, error, value, partition, offset, intendedMs, startMs, endMs } = operationAt(
    journal,
    row,
  );
  const detail: Record<string, string | number> = { client, action, outcome };
  if (error !== "") detail["error"] = error;
  if (value >= 0) detail["value"] = value;
  if (partition >= 0) detail["partition"] = partition;
  if (offset >= 0) detail["offset"] = offset;
  return { what, atMs: endMs, detail: { ...detail, intendedMs, startMs, endMs } };
}

export function readEvidence(journal: Journal, row: number, what: string): Evidence {
  const { client, value, partition, offset, assignment, atMs } = readAt(journal, row);
  return { what, atMs, detail: { client, value, partition, offset, assignment } };
}

/** `5021` as `5,021`. */
export const count = (number: number): string => number.toLocaleString("en-US");

/** `1 record`, `5,021 records`. */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1) ?? ""}`;
}

export const finding = (
  verdict: Verdict,
  summary: string,
  figures: Readonly<Record<string, number>> = {},
  evidence: readonly Evidence[] = [],
): Finding => ({ verdict, summary, figures, evidence: evidence.slice(0, MOST_EVIDENCE) });
