/** Whose code runs: what a scenario file leaves behind (a timer, a promise) throws when nobody remembers who began it. */
import { AsyncLocalStorage } from "node:async_hooks";

/** What of a scenario file is at work: what it says at once, or its script. */
export interface FileAtWork {
  /** As people name it. */
  readonly file: string;
  readonly part: "load" | "script";
}

const atWork = new AsyncLocalStorage<FileAtWork>();

/** Runs this as the file's, with all that it leaves behind. */
export const asFile = <T>(work: FileAtWork, action: () => T): T => atWork.run(work, action);

/** The file that began what runs now; undefined: the lab itself. */
export const fileAtWork = (): FileAtWork | undefined => atWork.getStore();
