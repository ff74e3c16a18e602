/** What each kind of load can be asked about: its operations, its clients, what is watched of it. */
import type { CheckSpec } from "../../checks/index.ts";
import type { LoadSpec } from "../../systems/loads.ts";

type LoadKind = LoadSpec["kind"];
type SpecOf<K extends LoadKind> = Extract<LoadSpec, { readonly kind: K }>;

export interface LoadWords<S> {
  /** What its operations are called, each with the share of all that are so. */
  readonly actions: (spec: S) => Readonly<Record<string, number>>;
  /** The checks of whole histories that its history is made for. */
  readonly checks: readonly CheckSpec["check"][];
  /** Clients that a fault can kill, each a process of its own. */
  readonly clients: (spec: S) => readonly string[];
  readonly subjects: readonly { readonly subject: string; readonly values: string }[];
}

const produce: LoadWords<SpecOf<"produce">> = {
  actions: ({ rate, readers }) => ({ produce: 1, commit: (readers.members * 1_000) / readers.commitEvery / rate }),
  checks: ["delivery", "handover", "positions"],
  clients: ({ readers }) => Array.from({ length: readers.members }, (_, place) => `reader-${place + 1}`),
  subjects: [],
};

const rows: LoadWords<SpecOf<"rows">> = {
  actions: () => ({ add: 1 }),
  checks: ["set", "placement"],
  clients: () => [],
  subjects: [],
};

const batches: LoadWords<SpecOf<"batches">> = {
  actions: () => ({ add: 1 }),
  checks: ["set"],
  clients: () => ["driver", "executor-1"],
  subjects: [
    { subject: "newest batch in the table of LOAD", values: "the number of the batch, from 0" },
    { subject: "failed tries of LOAD", values: "how many" },
    { subject: "committed and not told of LOAD", values: "how many batches were in the table when their try failed" },
  ],
};

const registers: LoadWords<SpecOf<"registers">> = {
  // Half of a writer's operations are writes. Source: `registers` itself.
  actions({ clients, readers }) {
    const writers = (clients - readers) / clients;
    return { read: 1 - 0.8 * writers, write: 0.5 * writers, cas: 0.3 * writers };
  },
  checks: ["register"],
  clients: () => [],
  subjects: [],
};

const objects: LoadWords<SpecOf<"objects">> = {
  actions: ({ mix }) => ({ read: 1 - mix.puts, write: mix.puts }),
  checks: ["register"],
  clients: () => [],
  subjects: [],
};

const LOAD_WORDS: { readonly [K in LoadKind]: LoadWords<SpecOf<K>> } = { produce, rows, batches, registers, objects };

/** The words of a kind of load; undefined for a kind that is not known. */
export const loadWordsOf = (kind: string): LoadWords<LoadSpec> | undefined =>
  // A spec's kind and the key of the table are the same, so each function is given a spec of its own kind.
  Object.hasOwn(LOAD_WORDS, kind) ? (LOAD_WORDS[kind as LoadKind] as unknown as LoadWords<LoadSpec>) : undefined;
