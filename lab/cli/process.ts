/** What a process meets from outside: pipes that close, a terminal that goes, and errors that nobody caught. */
import { asError, LabError, messageOf } from "../errors.ts";
import { ifStillRunning, milliseconds, seconds, sleep } from "../time.ts";
import { EXIT } from "./exit-codes.ts";
import { fileAtWork, type FileAtWork } from "./file-at-work.ts";
import { currentOutput, explain, speakTo } from "./output.ts";

/** A pipe whose reader has gone (`lab check | head -1`), or a terminal that was closed. */
const CLOSED = new Set(["EPIPE", "EIO", "ENXIO", "ERR_STREAM_DESTROYED", "ECONNRESET"]);

export interface Streams {
  /** Why results could not be written, though somebody wants them: a full disk. */
  unwritten(): Promise<Error | undefined>;
  /** All is written and cleaned up; a wait that was left behind by an interrupt must not hold the process. */
  endSoon(): void;
}

/** Standard output is for results: what scenario files print there, when they are loaded or run, goes to standard error. */
export function keepOutputForResults(): void {
  process.stdout.write = process.stderr.write.bind(process.stderr);
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

const WHAT_REMAINS = "What the lab had started is removed within seconds; lab doctor shows whether anything is left.";

/**
 * An error that nobody caught ends the process in words, with 64 if a scenario file left it behind when it was loaded,
 * else with 3; what the lab had made, the watchdog removes.
 */
export function mindTheUnexpected(): void {
  const end = (thrown: unknown): void => {
    const work = fileAtWork();
    const error = asError(thrown);
    if (work === undefined) {
      process.stderr.write(`${explain(error)}\n  This is a mistake of the lab. ${WHAT_REMAINS}\n`);
      process.exit(EXIT.setUpFailed);
    }
    process.stderr.write(`${explain(thrownBy(work, error))}\n`);
    process.exit(work.part === "load" ? EXIT.badUsage : EXIT.setUpFailed);
  };
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}

const thrownBy = ({ file, part }: FileAtWork, error: Error): LabError =>
  part === "load"
    ? new LabError({
        code: "bad-scenario",
        message: `${file}: cannot be loaded: what it left running threw: ${messageOf(error)}`,
        hint: "a scenario file starts nothing; its script may",
        cause: error,
      })
    : new LabError({
        code: "internal",
        message: `${file}: its script left something running that threw: ${messageOf(error)}`,
        hint: `await all that it starts. ${WHAT_REMAINS}`,
        cause: error,
      });
