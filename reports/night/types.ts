import type { HistoryEntry } from "../../lab/run-folder/run-folder.ts";
import type { Wake } from "../story/impact.ts";

/** One run as the page of all runs knows it: what its folder says where that is there, else its line of the history. */
export interface NightRun {
  readonly entry: HistoryEntry;
  /** The name of its folder beside the page; absent where only the history knows of it. */
  readonly folder?: string;
  /** The one command that repeats it. */
  readonly repeat?: string;
  /** Whom to wake for it; absent where only the history knows of it. */
  readonly wake?: Wake;
  /** What alone left it undecided; absent where anything else speaks against it, or only the history knows of it. */
  readonly disturbed?: Disturbance;
}

export type Disturbance = "busy machine" | "the lab stood still";

/** All that the page is drawn from. */
export interface NightRecord {
  /** Oldest first. */
  readonly runs: readonly NightRun[];
  /** What could not be read, a sentence each. */
  readonly leftOut: readonly string[];
}

/** What a run came to: a scenario's verdict, or what became of a mutant. */
export type CameTo = "held" | "violated" | "unknown" | "killed" | "survived";
