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

/** The message of anything thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
