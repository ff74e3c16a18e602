/**
 * Clients of a load that stopped taking part. One that never came back read, or wrote, nothing from then on, and what
 * the others did hides it: such a run shows less than it seems to.
 */
import type { Journal } from "../journal/types.ts";
import type { ConditionResult } from "../run-folder/run-folder.ts";
import { formatDuration } from "../time.ts";
import { eventsOf } from "../journal/types.ts";
import { condition } from "./condition.ts";

/** So many absences that ended are told one by one. */
const MOST_TOLD = 3;

/**
 * A time in which a client took no part, or its group answered nothing of it and may have put it out; without an end,
 * it never came back.
 */
interface Absence {
  readonly who: string;
  /** Its group answered nothing of it, and that is all there is to say. */
  readonly unheard: boolean;
  readonly fromMs: number;
  readonly toMs: number | undefined;
  readonly why: string;
}

/** None: no client of this run tells whether it takes part, as in journals of old. Pure. */
export function clientsTookPart(journal: Journal): readonly ConditionResult[] {
  const clients = new Set(eventsOf(journal, "client").map(nameOf));
  if (clients.size === 0) return [];
  const absences = absencesOf(journal);
  const told = ({ who, fromMs, unheard, why }: Absence, span: string): string =>
    `${who} ${unheard ? "had no answer of its group" : "took no part"} from ${formatDuration(fromMs)} on${span}: ${why}`;
  const problems = absences.flatMap((absence) =>
    absence.toMs === undefined ? [told(absence, ", and never came back")] : [],
  );
  const ended = absences.flatMap((absence) =>
    absence.toMs === undefined ? [] : [told(absence, `, for ${formatDuration(absence.toMs - absence.fromMs)}`)],
  );
  const more = ended.length > MOST_TOLD ? [`and ${ended.length - MOST_TOLD} more such times`] : [];
  const fine = [
    clients.size === 1 ? "one client takes part" : `${clients.size} clients take part`,
    ...ended.slice(0, MOST_TOLD),
    ...more,
  ];
  return [condition("every client took part again", problems, fine.join("; "))];
}

const nameOf = ({ load, client }: { readonly load: string; readonly client: string }): string => `${client} of ${load}`;

/** In the order in which they began. */
function absencesOf(journal: Journal): readonly Absence[] {
  const absences: Absence[] = [];
  const open = new Map<string, number>();
  for (const event of eventsOf(journal, "client")) {
    const who = nameOf(event);
    const at = open.get(who);
    if (event.state === "taking part") {
      const absence = at === undefined ? undefined : absences[at];
      if (at !== undefined && absence !== undefined) absences[at] = { ...absence, toMs: event.atMs };
      open.delete(who);
    } else if (at === undefined) {
      // What came first says why: a process that was killed is dropped by its group later.
      const unheard = event.state === "unheard";
      open.set(who, absences.push({ who, unheard, fromMs: event.atMs, toMs: undefined, why: event.why }) - 1);
    } else if (absences[at]?.unheard === true) {
      absences[at] = { ...absences[at], unheard: false, why: `${absences[at].why}; then ${event.why}` };
    }
  }
  return absences;
}
