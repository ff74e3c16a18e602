/** What a server's answer says after its headers said that all is well. Pure. */
import type { Row } from "./client.ts";

/**
 * An error that came after the answer had begun with success: what it answers may have happened in part. Its message
 * is the server's own.
 */
export class LateException extends Error {
  override readonly name = "LateException";
}

/**
 * The rows of an answer in JSONEachRow. Servers write an exception that comes meanwhile behind the rows: as text (up to
 * 24), as a row of its own (24, with `http_write_exception_in_output_format`), or between two marks (from 25).
 * @throws LateException in all three cases, and for an answer that is cut off
 */
export function rowsOf(body: string): readonly Row[] {
  return body.split(/\r?\n/).flatMap((line) => {
    if (line.trim() === "") return [];
    const row = parsedRow(line);
    if (row !== undefined && !isException(row)) return [row];
    throw new LateException(exceptionIn(body) ?? `an answer that breaks off: ${line.slice(0, 200)}`);
  });
}

/** @throws LateException when the answer to a statement, which has no rows, holds an exception */
export function assertQuiet(body: string): void {
  const exception = exceptionIn(body);
  if (exception !== undefined) throw new LateException(exception);
}

/** The server's exception in an answer's body; undefined where there is none. */
function exceptionIn(body: string): string | undefined {
  const [found] = /Code: \d+[.,][^\r\n]*/.exec(body) ?? [];
  if (found === undefined) return body.includes("__exception__") ? "an exception that it does not name" : undefined;
  return found.replace(/"\}?$/, "");
}

function parsedRow(line: string): Row | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === "object" && value !== null ? (value as Row) : undefined;
  } catch {
    return undefined;
  }
}

/** A row of data may have a column of that name, but not it alone, with an exception's beginning. */
function isException(row: Row): boolean {
  const [only, ...others] = Object.entries(row);
  return others.length === 0 && only?.[0] === "exception" && /^Code: \d+/.test(String(only[1]));
}

/** Whether `DROP DATABASE … SYNC` is understood, and needed: from 20.10 on, dropping is delayed by minutes without it. */
export function dropsLate(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 20 || (major === 20 && minor >= 10);
}
