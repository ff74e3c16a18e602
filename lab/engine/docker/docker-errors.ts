/** What the engine's refusals mean. */

/** The HTTP status of an engine's answer; undefined when it was no such answer. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

/** Gives the value, or undefined where the engine says that the object is not there (or already as wanted). */
export async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const status = statusOf(error);
    if (status === 304 || status === 404) return undefined;
    throw error;
  }
}
