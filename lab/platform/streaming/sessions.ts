/** The reference for the streaming job: the sessions of any set of events. Pure, and knows nothing of Spark. */

/** What a session is made of. */
export interface Visit {
  /** The event's number, unique: an event that comes twice counts once. */
  readonly n: number;
  readonly visitor: string;
  /** When it was made, in milliseconds since 1970, UTC. */
  readonly timeMs: number;
  readonly bytes: number;
}

/** A visitor's events, each less than the gap after the one before. */
export interface Session {
  readonly visitor: string;
  /** The time of its first event. */
  readonly startMs: number;
  /** The time of its last event; the session is open until a gap later. */
  readonly lastMs: number;
  readonly events: number;
  readonly bytes: number;
}

/**
 * The sessions of these events, by visitor and start. An event belongs to its visitor's session when it was made less
 * than `gapMs` after another event of that session; one that was made exactly a gap later begins a new one, as in
 * Spark's `session_window`, whose windows are half open. The order of the events does not matter.
 */
export function sessionsOf(visits: Iterable<Visit>, gapMs: number): readonly Session[] {
  const once = new Map<number, Visit>();
  for (const visit of visits) if (!once.has(visit.n)) once.set(visit.n, visit);
  const inOrder = [...once.values()].sort((a, b) => compare(a.visitor, b.visitor) || a.timeMs - b.timeMs);
  const sessions: Session[] = [];
  for (const { visitor, timeMs, bytes } of inOrder) {
    const open = sessions.at(-1);
    if (open?.visitor === visitor && timeMs < open.lastMs + gapMs) {
      sessions[sessions.length - 1] = { ...open, lastMs: timeMs, events: open.events + 1, bytes: open.bytes + bytes };
    } else {
      sessions.push({ visitor, startMs: timeMs, lastMs: timeMs, events: 1, bytes });
    }
  }
  return sessions;
}

/** Those that no event at or behind the watermark can change any more: a gap has passed since their last event. */
export const closedBy = (sessions: readonly Session[], watermarkMs: number, gapMs: number): readonly Session[] =>
  sessions.filter(({ lastMs }) => lastMs + gapMs <= watermarkMs);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
