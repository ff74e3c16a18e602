import { stripVTControlCharacters } from "node:util";
import { cutText } from "../../lab/text.ts";

/** Text that is HTML already. Only `markup` and `raw` make it, so that a plain string can never pass for markup. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Child = Markup | string | number | false | undefined | readonly Child[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** A page with one name of 100,000 characters had 23 MB: it stands in every table, title and label. */
const LONGEST_TEXT = 2_000;
/** For texts that are shown once, and whole. */
const LONGEST_WHOLE_TEXT = 200_000;

/**
 * Text made harmless in element content and in quoted attributes; escape sequences of terminals are left out, and characters
 * that HTML forbids become U+FFFD.
 */
export const escapeHtml = (text: string): string =>
  stripVTControlCharacters(text)
    .toWellFormed()
    // eslint-disable-next-line no-control-regex -- these are the characters that must not get through
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufdd0-\ufdef\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? "");

function write(child: Child): string {
  if (child instanceof Markup) return child.text;
  if (typeof child === "string") return escapeHtml(cutText(child, LONGEST_TEXT));
  if (typeof child === "number") return String(child);
  if (child === undefined || child === false) return "";
  return child.map(write).join("");
}

/** Text that is shown whole where a template would cut it, up to 200,000 characters. */
export const whole = (text: string): Markup => new Markup(escapeHtml(cutText(text, LONGEST_WHOLE_TEXT)));

/** A template whose every value is escaped and cut to 2,000 characters, unless it is markup itself. Lists are joined; `false` and `undefined` give nothing. */
export function markup(strings: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return new Markup(strings.reduce((text, part, index) => text + write(children[index - 1]) + part));
}

/** Markup from text that this project wrote itself: style, script, numbers in paths. Never from a run. */
export const raw = (text: string): Markup => new Markup(text);
