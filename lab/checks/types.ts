import type { Duration } from "../time.ts";

/**
 * What a rehearsal, an expectation or an SLO came to.
 * Composing is taking the worst: one `violated` makes all violated, else one `unknown` makes all unknown.
 */
export type Verdict = "held" | "violated" | "unknown";

/** A part of the run to which a check is limited: while a step ran, or while any fault was in force. */
export type Window = { readonly step: string } | { readonly phase: "faults" };

/**
 * A check with its parameters, as data: it is kept in the run folder, so that an old run can be judged again.
 * Definitions: docs/checks.md. `of` names a load, or a load's action (`events`, `admin.create-topic`).
 */
export type CheckSpec =
  /** A log of uniquely numbered records: lost, unseen, duplicate, inconsistent, aborted read, reordered, skipped. */
  | { readonly check: "delivery"; readonly of: string; readonly duplicatesAllowed?: boolean }
  /** An unordered store read whole: stable, lost, never read, stale. */
  | { readonly check: "set"; readonly of: string; readonly staleAllowed?: Duration }
  /** Registers (`read`, `write`, `cas` by key): each is linearizable. Gives up (unknown) after `budget` configurations a register. */
  | { readonly check: "register"; readonly of: string; readonly budget?: number }
  /** Share of offered operations that ended ok within `limit` of their intended start. */
  | {
      readonly check: "availability";
      readonly of: string;
      readonly atLeast: number;
      readonly limit: Duration;
      readonly during?: Window;
    }
  /** Nothing was acknowledged in the window, at least `atLeast` operations were offered there, and each error is one of those named. */
  | {
      readonly check: "refused";
      readonly of: string;
      readonly during: Window;
      readonly errors: readonly string[];
      readonly atLeast?: number;
    }
  /**
   * Each fault's time to recovery is at most `within`: the first success followed by `steady` (3 s) in which every
   * operation succeeds within `limit` (2 s) of its intended start. A client that retries hides an outage in lateness.
   */
  | {
      readonly check: "recovery";
      readonly of: string;
      readonly within: Duration;
      readonly steady?: Duration;
      readonly limit?: Duration;
    }
  /** Readers go on after a fault: no partition with records to read stays unread longer than `within`. */
  | { readonly check: "handover"; readonly of: string; readonly within: Duration }
  /** No reader starts before the group's last commit of a partition, nor beyond it. */
  | { readonly check: "positions"; readonly of: string }
  /** The watched subject took these values, in this order (others may lie between); each within `within` of the one before. */
  | {
      readonly check: "observed";
      readonly subject: string;
      readonly values: readonly (number | string | boolean)[];
      readonly within?: Duration;
    }
  /** Every row that was read with its shard lies on the one of so many that its key names: key modulo shards, counted from 1. */
  | { readonly check: "placement"; readonly of: string; readonly shards: number }
  /** After the last heal, the cluster's replicas were seen equal within the limit. */
  | { readonly check: "convergence"; readonly of: string; readonly within: Duration };

/** An operation or a record that shows a finding, ready to be printed. */
export interface Evidence {
  readonly what: string;
  readonly atMs?: number;
  readonly detail?: Readonly<Record<string, string | number>>;
}

/** What one check found. `figures` are numbers with their unit in the name, kept for baselines. */
export interface Finding {
  readonly verdict: Verdict;
  /** One sentence for people: `5,021 acknowledged, 5,021 read, none lost`. */
  readonly summary: string;
  readonly figures: Readonly<Record<string, number>>;
  /** At most twenty; `anomalies` in figures counts all. */
  readonly evidence: readonly Evidence[];
}
