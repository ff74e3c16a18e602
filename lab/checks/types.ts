/**
 * What a rehearsal, an expectation or an SLO came to.
 * Composing is taking the worst: one `violated` makes all violated, else one `unknown` makes all unknown.
 */
export type Verdict = "held" | "violated" | "unknown";

/** A part of the run to which a check is limited: while a step ran, or while any fault was in force. */
export type Window = { readonly step: string } | { readonly phase: "faults" };

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
