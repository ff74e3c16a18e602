/** Checks: pure functions from a journal to findings. Definitions: docs/checks.md. */
import { messageOf } from "../errors.ts";
import type { Journal } from "../journal/types.ts";
import { checkAvailability } from "./availability.ts";
import { checkConvergence } from "./convergence.ts";
import { checkDelivery } from "./delivery.ts";
import { checkHandover } from "./handover.ts";
import { checkObserved } from "./observed.ts";
import { checkPlacement } from "./placement.ts";
import { checkPositions } from "./positions.ts";
import { checkRecovery } from "./recovery.ts";
import { checkRefused } from "./refused.ts";
import { checkRegister } from "./register.ts";
import { checkSet } from "./set.ts";
import type { CheckSpec, Finding } from "./types.ts";

export { check } from "./builders.ts";
export { worst } from "./verdict.ts";
export type { CheckSpec, Evidence, Finding, Verdict, Window } from "./types.ts";

/**
 * Judges a journal by one check. Never throws: a check that crashed has proved nothing and comes to `unknown`,
 * and so does one that would hold on a journal whose end is missing.
 */
export function runCheck(spec: CheckSpec, journal: Journal): Finding {
  try {
    const found = judge(spec, journal);
    if (found.verdict !== "held" || journal.torn === undefined) return found;
    return { ...found, verdict: "unknown", summary: `${found.summary}, but the journal's end is missing` };
  } catch (error) {
    const summary = `the check ${spec.check} could not judge: ${messageOf(error)}`;
    return { verdict: "unknown", summary, figures: {}, evidence: [] };
  }
}

function judge(spec: CheckSpec, journal: Journal): Finding {
  switch (spec.check) {
    case "delivery":
      return checkDelivery(spec, journal);
    case "set":
      return checkSet(spec, journal);
    case "register":
      return checkRegister(spec, journal);
    case "availability":
      return checkAvailability(spec, journal);
    case "refused":
      return checkRefused(spec, journal);
    case "recovery":
      return checkRecovery(spec, journal);
    case "handover":
      return checkHandover(spec, journal);
    case "placement":
      return checkPlacement(spec, journal);
    case "positions":
      return checkPositions(spec, journal);
    case "observed":
      return checkObserved(spec, journal);
    case "convergence":
      return checkConvergence(spec, journal);
    default:
      throw new TypeError(`this lab knows no check "${(spec as CheckSpec).check}"`);
  }
}
