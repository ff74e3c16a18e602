/** What is opened is a file: a pipe would be waited on for ever, and a folder says nothing that helps. */
import { readFileSync, statSync } from "node:fs";
import { LabError, messageOf } from "../errors.ts";

/** What lies at this path, or undefined for a regular file; a link counts as what it points to. */
function oddityOf(path: string): string | undefined {
  const found = statSync(path);
  if (found.isFile()) return undefined;
  if (found.isDirectory()) return "a folder";
  if (found.isFIFO()) return "a pipe";
  if (found.isSocket()) return "a socket";
  return "a device";
}

/**
 * Refuses all but a regular file, before anything opens it.
 * @throws LabError `bad-run-folder` that names the path and what lies there; also where nothing does.
 */
export function assertFile(path: string): void {
  let oddity: string | undefined;
  try {
    oddity = oddityOf(path);
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
  if (oddity !== undefined) throw unreadable(path, `it is ${oddity}, not a file`);
}

/** The text of a regular file, without a byte order mark. @throws LabError `bad-run-folder` */
export function readTextFile(path: string): string {
  assertFile(path);
  try {
    return readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch (error) {
    throw unreadable(path, messageOf(error), error);
  }
}

const unreadable = (path: string, why: string, cause?: unknown): LabError =>
  new LabError({
    code: "bad-run-folder",
    message: `${path}: cannot be read: ${why}`,
    hint: "name a run folder that a rehearsal left; 'last' means the latest",
    cause,
  });
