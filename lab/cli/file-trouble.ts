/** What the disk said, in words that help: a full one, one that may not be written, a path that leads nowhere. */
import { LabError } from "../errors.ts";

const HINTS: Readonly<Record<string, { readonly code: "not-enough-disk" | "files-failed"; readonly hint: string }>> = {
  ENOSPC: {
    code: "not-enough-disk",
    hint: "free some space (lab clean --images removes images); what was recorded stays readable: lab check last",
  },
  EDQUOT: {
    code: "not-enough-disk",
    hint: "free some of your space on that disk, or choose another: RESILIENCE_LAB_RUNS",
  },
  EROFS: {
    code: "files-failed",
    hint: "that disk is read-only; choose a folder that may be written: RESILIENCE_LAB_RUNS",
  },
  EACCES: { code: "files-failed", hint: "see who owns it: ls -ld; RESILIENCE_LAB_RUNS names another folder for runs" },
  EPERM: { code: "files-failed", hint: "see who owns it: ls -ld; RESILIENCE_LAB_RUNS names another folder for runs" },
  ENOTDIR: { code: "files-failed", hint: "a file lies where a folder is wanted: move it away" },
  EEXIST: { code: "files-failed", hint: "something else has that name: move it away" },
  EISDIR: { code: "files-failed", hint: "a folder lies where a file is wanted: move it away" },
  ENOENT: { code: "files-failed", hint: "it is not there; was it moved while the lab ran?" },
  EMFILE: { code: "files-failed", hint: "too many files are open: ulimit -n 4096" },
  ENFILE: { code: "files-failed", hint: "the machine has too many files open" },
};

/** The system's error about a file as one of the lab's; undefined for all else. */
export function fileTrouble(error: unknown): LabError | undefined {
  if (!(error instanceof Error) || error instanceof LabError) return undefined;
  const { code, syscall } = error as NodeJS.ErrnoException;
  const known = code === undefined || syscall === undefined ? undefined : HINTS[code];
  if (known === undefined) return undefined;
  return new LabError({ code: known.code, message: error.message, hint: known.hint, cause: error });
}
