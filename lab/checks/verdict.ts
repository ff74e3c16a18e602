import type { Verdict } from "./types.ts";

/**
 * The worst of several verdicts: one `violated` makes all violated, else one `unknown` makes all unknown.
 * Of none it is `unknown`: where nothing was judged, nothing held.
 */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("violated")) return "violated";
  return verdicts.length === 0 || verdicts.includes("unknown") ? "unknown" : "held";
}
