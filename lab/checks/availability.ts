/** Availability: the share of offered operations that ended ok in time. Definitions: docs/checks.md. */
import { FAILED, OK } from "../journal/types.ts";
import type { Journal } from "../journal/types.ts";
import { formatDuration, seconds } from "../time.ts";
import type { Duration } from "../time.ts";
import { Anomalies, count, finding, operationEvidence } from "./evidence.ts";
import { describeWindow, selectionOf, spanAt, spansOf } from "./select.ts";
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

function checkAvailability(spec: AvailabilitySpec, journal: Journal): Finding {
  const { operations } = journal;
  const { load, action } = selectionOf(journal, spec.of);
  const spans = spansOf(journal, spec.during);
  const always = spec.during === undefined;
  const found = new Anomalies<(typeof KINDS)[number]>(KINDS);
  let offered = 0;
  let good = 0;
  for (let row = 0; row < operations.length; row += 1) {
    if (operations.load[row] !== load || operations.action[row] !== action) continue;
    const intendedMs = operations.intendedMs[row] ?? 0;
    if (!always && spanAt(spans, intendedMs) < 0) continue;
    offered += 1;
    const outcome = operations.outcome[row];
    const tookMs = (operations.endMs[row] ?? 0) - intendedMs;
    if (outcome === OK && tookMs <= spec.limit) {
      good += 1;
      continue;
    }
    const kind = outcome === OK ? "late" : outcome === FAILED ? "failed" : "unknown";
    if (!found.found(kind)) continue;
    const what = kind === "late" ? `acknowledged only after ${formatDuration(tookMs)}` : `ended ${kind}`;
    found.show(kind, operationEvidence(journal, row, what));
  }
  const when = describeWindow(spec.during);
  if (offered === 0) {
    const why = spans.length === 0 ? "there was no such time in the run" : "there is nothing to take a share of";
    return finding("unknown", `no operation of ${spec.of} was offered ${when}: ${why}`, { offered });
  }
  const availability = good / offered;
  const verdict = availability >= spec.atLeast ? "held" : "violated";
  const summary = `${percent(availability)} of ${count(offered)} operations ended ok within ${formatDuration(spec.limit)} ${when}, wanted ${percent(spec.atLeast)}`;
  const anomalies = verdict === "held" ? 0 : offered - good;
  return finding(verdict, summary, { availability, offered, good, ...found.counts(), anomalies }, found.evidence());
}

/** Cut, not rounded: what is short of a target never reads as if it had reached it. */
const percent = (share: number): string => `${Math.floor(share * 1e5 + 1e-6) / 1e3} %`;
