import { LabError } from "../lab/errors.ts";

/** How a builder refuses: the error's code, message and hint in one line; `accepted` when it does not. */
export function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof LabError) return `${error.code}: ${error.message}; ${error.hint ?? ""}`;
    throw error;
  }
  return "accepted";
}
