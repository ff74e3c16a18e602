/**
 * Whether a reader takes part in its group, as far as its own side can tell: told by what its process says, journalled
 * on change, with the roles that it holds. Its group puts it out when no heartbeat of it was answered for a session.
 */
import { STALL } from "../../../load/lateness.ts";
import type { Recorder } from "../../../journal/recorder.ts";
import { formatDuration, type RunClock } from "../../../time.ts";

/** Who reads which partition; journalled on change. One for all readers of a load. */
export class Holders {
  readonly #subjectOf: (partition: number) => string;
  readonly #recorder: Recorder;
  readonly #holders = new Map<number, string>();

  constructor(subjectOf: (partition: number) => string, recorder: Recorder) {
    this.#subjectOf = subjectOf;
    this.#recorder = recorder;
  }

  take(partition: number, reader: string): void {
    if (this.#holders.get(partition) === reader) return;
    this.#holders.set(partition, reader);
    this.#recorder.event({ type: "role", subject: this.#subjectOf(partition), holder: reader });
  }

  /** What it holds still, nobody holds from now on. */
  leave(reader: string): void {
    for (const [partition, holder] of this.#holders) {
      if (holder !== reader) continue;
      this.#holders.delete(partition);
      this.#recorder.event({ type: "role", subject: this.#subjectOf(partition), holder: "" });
    }
  }
}

export interface MembershipOptions {
  readonly load: string;
  /** `reader-1` */
  readonly reader: string;
  readonly sessionTimeoutMs: number;
  /** How long joining may take, in which there are no heartbeats. */
  readonly joinLimitMs: number;
  readonly holders: Holders;
  readonly recorder: Recorder;
  readonly clock: RunClock;
}

export class Membership {
  readonly #options: MembershipOptions;
  #takesPart = false;
  #silentAfterMs = Number.POSITIVE_INFINITY;
  #checkedMs: number;
  /** What was last said of trouble since it was last well. */
  #trouble = "";

  constructor(options: MembershipOptions) {
    this.#options = options;
    this.#checkedMs = options.clock.now();
  }

  /** Its group has given it partitions. */
  joined(partitions: readonly number[]): void {
    const { reader, holders } = this.#options;
    this.alive();
    if (!this.#takesPart) {
      this.#takesPart = true;
      this.#journal(
        "taking part",
        `its group gave it ${partitions.length} partition${partitions.length === 1 ? "" : "s"}`,
      );
    }
    for (const partition of partitions) holders.take(partition, reader);
  }

  /** A heartbeat was answered. */
  alive(): void {
    const { clock, sessionTimeoutMs } = this.#options;
    this.#silentAfterMs = clock.now() + sessionTimeoutMs;
    this.#trouble = "";
  }

  /** Its group comes together anew, and it joins again; meanwhile the group waits for it without heartbeats. */
  rebalancing(): void {
    const { clock, joinLimitMs } = this.#options;
    this.#silentAfterMs = clock.now() + joinLimitMs;
  }

  /** Something went wrong; what it was explains a silence that follows. */
  trouble(text: string): void {
    this.#trouble = text;
  }

  /** Its client library left the group, because of this error. */
  gaveUp(why: string): void {
    this.#dropped(`its client library gave up and left the group: ${why}`);
  }

  /** Its process has ended; its group goes on waiting for it until its session is over. */
  ended(how: string): void {
    this.#trouble = how;
    if (this.#takesPart) this.#journal("ended", how);
  }

  /** To be called again and again. A call that comes late itself waits for the next: the heartbeats may have waited too. */
  check(): void {
    const { clock, sessionTimeoutMs } = this.#options;
    const nowMs = clock.now();
    const late = nowMs - this.#checkedMs >= STALL * 2;
    this.#checkedMs = nowMs;
    if (late || nowMs < this.#silentAfterMs) return;
    const because = this.#trouble === "" ? "it noticed nothing wrong" : this.#trouble;
    this.#dropped(`no heartbeat was answered for ${formatDuration(sessionTimeoutMs)}, its session: ${because}`);
  }

  #dropped(why: string): void {
    if (!this.#takesPart) return;
    this.#takesPart = false;
    this.#silentAfterMs = Number.POSITIVE_INFINITY;
    this.#journal("dropped", why);
    this.#options.holders.leave(this.#options.reader);
  }

  #journal(state: "taking part" | "dropped" | "ended", why: string): void {
    const { load, reader, recorder } = this.#options;
    recorder.event({ type: "client", load, client: reader, state, why });
  }
}
