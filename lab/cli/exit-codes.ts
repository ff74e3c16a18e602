import type { Verdict } from "../checks/types.ts";
import type { ErrorCode } from "../errors.ts";

/** Every way in which the command line can end. Documented in README.md. */
export const EXIT = {
  held: 0,
  violated: 1,
  unknown: 2,
  setUpFailed: 3,
  badUsage: 64,
  interrupted: 130,
} as const;

export const exitOfVerdict = (verdict: Verdict): number => EXIT[verdict];

/** Which way an error ends the command. */
export function exitOfError(code: ErrorCode): number {
  switch (code) {
    case "bad-usage":
    case "bad-scenario":
    case "bad-slo":
    case "bad-run-folder":
      return EXIT.badUsage;
    case "interrupted":
      return EXIT.interrupted;
    default:
      return EXIT.setUpFailed;
  }
}
