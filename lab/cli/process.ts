/** What a process meets from outside: pipes that close, a terminal that goes, and errors that nobody caught. */
import { ifStillRunning, milliseconds, seconds, sleep } from "../time.ts";
import { EXIT } from "./exit-codes.ts";
import { currentOutput, explain, speakTo } from "./output.ts";

/** A pipe whose reader has gone (`lab check | head -1`), or a terminal that was closed. */
const CLOSED = new Set(["EPIPE", "EIO", "ENXIO", "ERR_STREAM_DESTROYED", "ECONNRESET"]);

export interface Streams {
  /** Why results could not be written, though somebody wants them: a full disk. */
  unwritten(): Promise<Error | undefined>;
  /** All is written and cleaned up; a wait that was left behind by an interrupt must not hold the process. */
  endSoon(): void;
}

/**
 * A reader who goes is no reason to stop: the work goes on silently, all files are written, and the code is the
 * verdict's. So with a closed terminal (SIGHUP), unless a command listens for that itself.
 */
export function listenToStreams(): Streams {
  let closed = false;
  let unwritten: Error | undefined;
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    closed = true;
    if (!CLOSED.has(error.code ?? "")) unwritten ??= error;
  });
  process.stderr.on("error", () => undefined);
  process.on("SIGHUP", () => undefined);
  speakTo({ ...currentOutput(), closed: () => closed });
  return {
    async unwritten() {
      // A stream tells of its last write a turn later.
      await sleep(milliseconds(1));
      return unwritten;
    },
    endSoon: () => ifStillRunning(seconds(1), () => process.exit()),
  };
}

/** An error that nobody caught ends the process with 3, in words; what it had made, the watchdog removes. */
export function mindTheUnexpected(): void {
  const end = (error: unknown): void => {
    process.stderr.write(
      `${explain(error)}\n  This is a mistake of the lab. What it had started is removed within seconds; lab doctor shows whether anything is left.\n`,
    );
    process.exit(EXIT.setUpFailed);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}
