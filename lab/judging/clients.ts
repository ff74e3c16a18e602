/**
 * Clients of a load that stopped taking part. One that never came back read, or wrote, nothing from then on, and what
 * the others did hides it: such a run shows less than it seems to.
 */
import type { Journal } from "../journal/types.ts";
import type { ConditionResult } from "../run-folder/run-folder.ts";
import { formatDuration } from "../time.ts";
import { eventsOf } from "../journal/types.ts";
import { condition } from "./condition.ts";

/** So many absences are told one by one where all of them ended. */
const MOST_TOLD = 3;

/**
 * A time in which a client took no part, or its group answered nothing of it and may have put it out; without an end,
 * it never came back.
 */
interface Absence {
  readonly who: string;
  /** Its group answered nothing of it, and that is all there is to say. */
  unheard: boolean;
  readonly fromMs: number;
  toMs: number | undefined;
  why: string;
}

/** None: no client of this run tells whether it takes part, as in journals of old. Pure. */
export function clientsTookPart(journal: Journal): readonly ConditionResult[] {
  const clients = new Set(eventsOf(journal, "client").map(nameOf));
  if (clients.size === 0) return [];
  const absences = absencesOf(journal);
  const told = ({ who, fromMs, toMs, unheard, why }: Absence): string => {
    const what = unheard ? "had no answer of its group" : "took no part";
    const span = toMs === undefined ? ", and never came back" : `, for ${formatDuration(toMs - fromMs)}`;
    return `${who} ${what} from ${formatDuration(fromMs)} on${span}: ${why}`;
  };
  const problems = absences.filter(({ toMs }) => toMs === undefined).map(told);
  const more = absences.length > MOST_TOLD ? [`and ${absences.length - MOST_TOLD} more such times`] : [];
  const fine = [
    clients.size === 1 ? "one client takes part" : `${clients.size} clients take part`,
    ...absences.slice(0, MOST_TOLD).map(told),
    ...more,
  ];
  return [condition("every client took part again", problems, fine.join("; "))];
}

const nameOf = ({ load, client }: { readonly load: string; readonly client: string }): string => `${client} of ${load}`;

/** In the order in which they began. */
function absencesOf(journal: Journal): readonly Absence[] {
  const absences: Absence[] = [];
  const open = new Map<string, Absence>();
  for (const event of eventsOf(journal, "client")) {
    const who = nameOf(event);
    const absence = open.get(who);
    if (event.state === "taking part") {
      if (absence !== undefined) absence.toMs = event.atMs;
      open.delete(who);
    } else if (absence === undefined) {
      // What came first says why: a process that was killed is dropped by its group later.
      const begun = { who, unheard: event.state === "unheard", fromMs: event.atMs, toMs: undefined, why: event.why };
      absences.push(begun);
      open.set(who, begun);
    } else if (absence.unheard) {
      absence.unheard = false;
      absence.why += `; then ${event.why}`;
    }
  }
  return absences;
}
