/** Text that comes from elsewhere (nodes, journals, names) made fit to show: without escapes, within bounds, quoted for a shell. */
import { stripVTControlCharacters } from "node:util";

/** Controls of C0 and C1 but for tab and line feed, and the marks that turn the direction of what is beside them. */
// eslint-disable-next-line no-control-regex -- these are the characters that must not get through
const UNSEEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/** The text as a terminal may show it: escape sequences are left out, other control characters become U+FFFD. */
export const plainText = (text: string): string =>
  stripVTControlCharacters(text.toWellFormed()).replaceAll("\r\n", "\n").replace(UNSEEN, "\ufffd");

/** `plainText` in one line. */
export const plainLine = (text: string): string => plainText(text).replace(/[\n\t\u2028\u2029]+/g, " ");

/** The first `most` characters, and how many were cut off; a shorter text as it is. */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  // Not within a pair of surrogates.
  const end = /[\ud800-\udbff]/.test(text.charAt(most - 1)) ? most - 1 : most;
  return `${text.slice(0, end)} … (${text.length - end} more characters were cut)`;
}

/** One word of a POSIX shell's command line, quoted only where that is needed. */
export const shellWord = (word: string): string =>
  /^[\w/.:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
