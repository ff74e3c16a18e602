/** Availability: the share of offered operations that ended ok in time. Definitions: docs/checks.md. */
import { FAILED, OK } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { Anomalies, count, finding, operationEvidence } from "./evidence.ts";
import { MOST_PARTS_TOLD, figureName, partsOf } from "./parts.ts";
import { describeWindow, rowsOf, selectionOf, spanAt, spansOf } from "./select.ts";
import { undecided } from "./settled.ts";
import { defineCheck } from "./define.ts";
import { duration, name, optional, share, window } from "./fields.ts";
import type { Finding, Window } from "./types.ts";

/** Share of offered operations that ended ok within `limit` of their intended start. */
export interface AvailabilitySpec {
  readonly check: "availability";
  readonly of: string;
  readonly atLeast: number;
  readonly limit: Duration;
  readonly during?: Window;
}

export const availability = defineCheck<AvailabilitySpec>({
  check: "availability",
  sentence: "of the operations that were intended in a part of the run, at least this share ended ok in time",
  fields: {
    of: name("the load, or one action of it"),
    atLeast: share("the share that is wanted"),
    limit: duration("from an operation's intended start to its end, at most"),
    during: optional(window("the part of the run that is judged"), "the whole run"),
  },
  example: { of: "events", atLeast: 0.99, limit: seconds(1), during: { step: "leader killed" } },
  judge: checkAvailability,
});
const KINDS = ["failed", "unknown", "late"] as const;

/** A part is judged by itself when so many operations of it were offered, and two bad ones would not be too many. */
const ENOUGH_ALONE = 20;

/** How operations went: of the load as a whole, or of a part. */
interface Tally {
  readonly part?: string;
  readonly offered: number;
  readonly good: number;
  readonly share: number;
}

/** Nothing is final in a record that ends early: what is missing may raise the share. */
function checkAvailability(spec: AvailabilitySpec, journal: Journal): Finding {
  const { operations } = journal;
  const selection = selectionOf(journal, spec.of);
  const spans = spansOf(journal, spec.during);
  const rows = rowsOf(journal, selection).filter((row) => spanAt(spans, operations.intendedMs[row] ?? 0) >= 0);
  const found = new Anomalies<(typeof KINDS)[number]>(KINDS);
  for (const row of rows) {
    const kind = kindOf(journal, row, spec.limit);
    if (kind === undefined || !found.found(kind)) continue;
    const tookMs = (operations.endMs[row] ?? 0) - (operations.intendedMs[row] ?? 0);
    const what = kind === "late" ? `acknowledged only after ${formatDuration(tookMs)}` : `ended ${kind}`;
    found.show(kind, operationEvidence(journal, row, what));
  }
  const when = describeWindow(spec.during);
  const offered = rows.length;
  if (offered === 0) {
    const why = spans.length === 0 ? "there was no such time in the run" : "there is nothing to take a share of";
    return finding("unknown", `no operation of ${spec.of} was offered ${when}: ${why}`, { offered });
  }
  const whole = tally(journal, rows, spec.limit);
  const enough = Math.max(ENOUGH_ALONE, Math.ceil(2 / (1 - spec.atLeast) - 1e-6));
  const parts = partsOf(journal, selection, rows)
    .filter((part) => part.rows.length >= enough)
    .map((part) => ({ part: part.name, ...tally(journal, part.rows, spec.limit) }));
  const worst = parts.reduce<Tally>((least, part) => (part.share < least.share ? part : least), whole);
  const verdict = worst.share >= spec.atLeast ? "held" : "violated";
  const { good, share: overall } = whole;
  const figures = {
    ...{ availability: worst.share, overall, offered, good, ...found.counts() },
    anomalies: verdict === "held" ? 0 : offered - good,
    ...Object.fromEntries(
      parts.slice(0, MOST_PARTS_TOLD).map(({ part, share }) => [`${figureName(part)}Availability`, share]),
    ),
  };
  const name = worst.part === undefined ? "" : `${worst.part}: `;
  const beside = worst.part === undefined ? "" : ` (all parts: ${percent(overall)} of ${count(offered)})`;
  const summary = `${name}${percent(worst.share)} of ${count(worst.offered)} operations ended ok within ${formatDuration(spec.limit)} ${when}, wanted ${percent(spec.atLeast)}${beside}`;
  const judged = finding(verdict, summary, figures, found.evidence());
  return verdict === "violated" && !journal.finished ? undecided(judged) : judged;
}

/** What was wrong with an operation, if anything. */
function kindOf({ operations }: Journal, row: number, limitMs: number): (typeof KINDS)[number] | undefined {
  const outcome = operations.outcome[row];
  if (outcome !== OK) return outcome === FAILED ? "failed" : "unknown";
  return (operations.endMs[row] ?? 0) - (operations.intendedMs[row] ?? 0) <= limitMs ? undefined : "late";
}

function tally(journal: Journal, rows: Uint32Array, limitMs: number): Omit<Tally, "part"> {
  let good = 0;
  for (const row of rows) if (kindOf(journal, row, limitMs) === undefined) good += 1;
  return { offered: rows.length, good, share: good / rows.length };
}

/** Cut, not rounded: what is short of a target never reads as if it had reached it. */
const percent = (share: number): string => `${Math.floor(share * 1e5 + 1e-6) / 1e3} %`;
