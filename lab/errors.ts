/** What the lab throws: written for the person who must act next. */
export type ErrorCode =
  | "bad-usage"
  | "bad-scenario"
  | "bad-slo"
  | "bad-run-folder"
  | "engine-missing"
  | "engine-failed"
  | "image-failed"
  | "not-enough-memory"
  | "not-enough-disk"
  | "files-failed"
  | "node-failed"
  | "cluster-not-ready"
  | "fault-failed"
  | "fault-unsupported"
  | "load-failed"
  | "wait-timeout"
  | "interrupted"
  | "internal";

export interface LabErrorOptions {
  readonly code: ErrorCode;
  /** What happened, to what, after how long. */
  readonly message: string;
  /** What to do about it: a command where there is one. */
  readonly hint?: string | undefined;
  /** The original error, always kept. */
  readonly cause?: unknown;
}

export class LabError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;

  constructor(options: LabErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "LabError";
    this.code = options.code;
    this.hint = options.hint;
  }
}

/** The message of anything thrown, also of what throws when it is asked. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error);
  } catch {
    return "something that does not say what it is";
  }
}

/** What was thrown, as an error that can be read without throwing again. */
export function asError(thrown: unknown): Error {
  try {
    if (thrown instanceof Error && typeof thrown.message === "string" && typeof thrown.stack === "string")
      return thrown;
  } catch {
    // A Proxy or a getter that throws: as below.
  }
  return new Error(messageOf(thrown));
}

/** Whether this is an error of the lab's: also of another copy of it, as a scenario file may import one. */
export const isLabError = (error: unknown): error is LabError =>
  error instanceof LabError || (error instanceof Error && error.name === "LabError" && "code" in error);
