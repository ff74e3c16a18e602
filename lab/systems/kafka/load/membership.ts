/**
 * Whether a reader takes part in its group, as far as its own side can tell: told by what its process says, journalled
 * on change, with the roles that it holds.
 *
 * Its group puts a member out when it heard no heartbeat of it for a session. That none was answered does not show
 * this: a coordinator whose log waits for a follower answers late and drops nobody, and one that takes over gives each
 * member a new session. Such a reader is `unheard`, and holds what it holds until another is given it. A heartbeat or
 * a commit that is answered shows a member, and a fetch does not: whoever was put out can fetch on.
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
  /** `ended`: its process is gone, and when its session is over, so is its membership. */
  #standing: "out" | "member" | "unheard" | "ended" = "out";
  /** Its client library left the group: what is answered to requests still under way means nothing. */
  #left = false;
  #silentAfterMs = Number.POSITIVE_INFINITY;
  /** What a silence until then comes to. */
  #silence = "";
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
    this.#left = false;
    this.#answered(`its group gave it ${partitions.length} partition${partitions.length === 1 ? "" : "s"}`);
    for (const partition of partitions) holders.take(partition, reader);
  }

  /** Its group answered it as a member. */
  alive(what: "a heartbeat" | "a commit"): void {
    if (this.#left || this.#standing === "ended") return;
    this.#answered(`its group answered ${what} of it again, as that of a member`);
  }

  /** Its group answered that it knows no such member. */
  unknownToGroup(): void {
    this.#dropped("its group put it out: UNKNOWN_MEMBER_ID");
  }

  /** Its group comes together anew, and it joins again; meanwhile the group waits for it without heartbeats. */
  rebalancing(): void {
    const { clock, joinLimitMs } = this.#options;
    this.#silentAfterMs = clock.now() + joinLimitMs;
    this.#silence = `its group gave it nothing for ${formatDuration(joinLimitMs)} after it came together anew`;
  }

  /** Something went wrong; what it was explains a silence that follows. */
  trouble(text: string): void {
    this.#trouble = text;
  }

  /** Its client library left the group, because of this error. */
  gaveUp(why: string): void {
    this.#left = true;
    this.#dropped(`its client library gave up and left the group: ${why}`);
  }

  /** Its process has ended; its group goes on waiting for it until its session is over. */
  ended(how: string): void {
    this.#trouble = how;
    if (this.#standing === "out") return;
    // One that was unheard has been silent for a session already: there is nothing left to wait for.
    if (this.#standing === "unheard") this.#silentAfterMs = this.#options.clock.now();
    this.#standing = "ended";
    this.#journal("ended", how);
  }

  /** To be called again and again. A call that comes late itself waits for the next: the heartbeats may have waited too. */
  check(): void {
    const nowMs = this.#options.clock.now();
    const late = nowMs - this.#checkedMs >= STALL * 2;
    this.#checkedMs = nowMs;
    if (late || nowMs < this.#silentAfterMs) return;
    const because = this.#trouble === "" ? "it noticed nothing wrong" : this.#trouble;
    const why = `${this.#silence}: ${because}`;
    if (this.#standing === "ended") {
      this.#dropped(why);
    } else if (this.#standing === "member") {
      this.#standing = "unheard";
      this.#silentAfterMs = Number.POSITIVE_INFINITY;
      this.#journal("unheard", why);
    }
  }

  #answered(how: string): void {
    const { clock, sessionTimeoutMs } = this.#options;
    this.#silentAfterMs = clock.now() + sessionTimeoutMs;
    this.#silence = `no heartbeat was answered for ${formatDuration(sessionTimeoutMs)}, its session`;
    this.#trouble = "";
    if (this.#standing === "member") return;
    this.#standing = "member";
    this.#journal("taking part", how);
  }

  #dropped(why: string): void {
    if (this.#standing === "out") return;
    this.#standing = "out";
    this.#silentAfterMs = Number.POSITIVE_INFINITY;
    this.#journal("dropped", why);
    this.#options.holders.leave(this.#options.reader);
  }

  #journal(state: "taking part" | "unheard" | "dropped" | "ended", why: string): void {
    const { load, reader, recorder } = this.#options;
    recorder.event({ type: "client", load, client: reader, state, why });
  }
}
