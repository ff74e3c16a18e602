/** What a load's operations are called, where its journal says it. */
import { eventsOf, type Journal } from "./types.ts";

/** What one journalled operation of a load is: `record`, `row`; journals of old do not say it. */
export const unitSaid = (journal: Journal, load: string): string | undefined =>
  eventsOf(journal, "load-started").find((event) => event.load === load)?.part?.unit;

/** So many of the schedule's operations, in words: `380 (each a block of rows)`, `900 records`; journals of old do not say what they are. */
export function scheduledInWords(journal: Journal, load: string, count: number): string | undefined {
  const operation = eventsOf(journal, "load-started").find((event) => event.load === load)?.part?.operation;
  if (operation === undefined) return undefined;
  const many = count.toLocaleString("en-US");
  const bare = operation.replace(/^an? /, "");
  return bare.includes(" ") ? `${many} (each ${operation})` : `${many} ${count === 1 ? bare : `${bare}s`}`;
}
