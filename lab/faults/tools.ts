/** What the kinds of faults work with during one run: drivers, opened when the first fault needs them. */
import type { Helper, RunSpace } from "../engine/types.ts";
import type { Recorder } from "../journal/recorder.ts";
import { messageOf } from "../errors.ts";

/** What acts for all faults of a kind, and remembers what they have in force. */
export interface Driver {
  /** What it finds still in force, in words, but for what these faults (by id) are to leave; empty when all is whole. */
  left(but: readonly string[]): Promise<readonly string[]>;
  /** Ends what it started. */
  close(): Promise<void>;
}

export interface Tools {
  readonly space: RunSpace;
  readonly recorder: Recorder;
  /** Starts a process on the engine's machine that may change packet rules. */
  readonly startHelper: (command: readonly string[]) => Promise<Helper>;
  /** The run's only driver of this sort: opened at the first call. */
  readonly use: <D extends Driver>(open: (tools: Tools) => D) => D;
}

export interface OpenTools extends Tools {
  /** What any driver finds still in force, in words. Never throws. */
  left(but: readonly string[]): Promise<readonly string[]>;
  /** Closes all, last opened first; tries all even if one fails, and throws the first failure. */
  close(): Promise<void>;
}

export function openTools({ space, recorder }: Pick<Tools, "space" | "recorder">): OpenTools {
  const opened = new Map<(tools: Tools) => Driver, Driver>();
  const tools: OpenTools = {
    space,
    recorder,
    startHelper: (command) => space.startNetworkHelper(command),
    use<D extends Driver>(open: (tools: Tools) => D): D {
      const known = opened.get(open);
      // What a function opened has the type that it gives.
      if (known !== undefined) return known as D;
      const driver = open(tools);
      opened.set(open, driver);
      return driver;
    },
    async left(but) {
      const found = await Promise.allSettled([...opened.values()].map((driver) => driver.left(but)));
      return found.flatMap((each) => (each.status === "fulfilled" ? each.value : [messageOf(each.reason)]));
    },
    async close() {
      const failures: unknown[] = [];
      for (const driver of [...opened.values()].toReversed()) {
        await driver.close().catch((error: unknown) => failures.push(error));
      }
      opened.clear();
      if (failures.length > 0) throw failures[0];
    },
  };
  return tools;
}
