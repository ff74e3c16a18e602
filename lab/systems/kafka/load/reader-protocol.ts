/** What a load and its reader processes say to each other. */

/** Given to the process as its only argument, in JSON. */
export interface ReaderOrders {
  readonly clientId: string;
  readonly brokers: readonly string[];
  readonly topic: string;
  readonly group: string;
  readonly sessionTimeoutMs: number;
  readonly commitEveryMs: number;
  readonly commit: "after" | "before";
  /** The number of its first assignment: it goes on where the process before it ended. */
  readonly firstAssignment: number;
}

export type FromReader =
  /** The group comes together anew, and the reader joins again. */
  | { readonly type: "rebalancing" }
  /** A heartbeat was answered. */
  | { readonly type: "heartbeat" }
  /** The client library left the group for an error, to join again or for good; then the process ends itself. */
  | { readonly type: "gave-up"; readonly error: string; readonly again: boolean }
  /** This process stood still for so long, until just now. */
  | { readonly type: "stood-still"; readonly agoMs: number; readonly maxMs: number }
  | { readonly type: "joined"; readonly assignment: number; readonly partitions: readonly number[] }
  /** Records of one partition, in order. To be answered with `recorded`. */
  | {
      readonly type: "records";
      readonly batch: number;
      readonly assignment: number;
      readonly partition: number;
      readonly values: Float64Array;
      readonly keys: readonly string[];
      readonly offsets: Float64Array;
    }
  /** Said before the group's coordinator is asked, so that a commit cut short by a kill is known of. */
  | { readonly type: "committing"; readonly partition: number; readonly offset: number }
  /** `error` is empty when it was committed. */
  | { readonly type: "committed"; readonly partition: number; readonly offset: number; readonly error: string }
  /** Something that a person should read. */
  | { readonly type: "trouble"; readonly text: string }
  /** What the client library said last of its connections; once a second at most. */
  | { readonly type: "error"; readonly text: string };

export interface ToReader {
  readonly type: "recorded";
  readonly batch: number;
}
