/** Small pieces that every section is built from. */
import type { Verdict } from "../../lab/checks/types.ts";
import { messageOf } from "../../lab/errors.ts";
import { formatFigure } from "../format.ts";
import { markup, raw, type Child, type Markup } from "./markup.ts";

/** A verdict's own shape, so that its colour is never the only sign: a disc, an octagon, a diamond. */
const SHAPES: Readonly<Record<Verdict, Markup>> = {
  held: raw('<circle cx="8" cy="8" r="7"/><path class="mark" d="M4.8 8.3l2.2 2.2 4.3-4.7"/>'),
  violated: raw(
    '<path d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z"/><path class="mark" d="M5.6 5.6l4.8 4.8m0-4.8l-4.8 4.8"/>',
  ),
  unknown: raw(
    '<path d="M8 .6 15.4 8 8 15.4.6 8z"/><path class="mark" d="M6.3 6.6c0-2.3 3.4-2.2 3.4-.1 0 1.2-1.7 1.4-1.7 2.6m0 1.9v.2"/>',
  ),
};

export const verdictShape = (verdict: Verdict): Markup =>
  markup`<svg class="shape ${verdict}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
    ${SHAPES[verdict]}
  </svg>`;

export const badge = (verdict: Verdict): Markup =>
  markup`<span class="badge ${verdict}">${verdictShape(verdict)}<span>${verdict}</span></span>`;

/** A section of the page with its heading. One that can not be drawn says so, and leaves the others alone. */
export function section(id: string, title: string, draw: () => Child): Markup {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${drawn(draw)}
  </section>`;
}

/** A part of the page, or that it could not be drawn. */
export function drawn(draw: () => Child): Child {
  try {
    return draw();
  } catch (error) {
    return markup`<p class="broken">This part of the report could not be drawn: ${messageOf(error)}</p>`;
  }
}

export interface Column {
  readonly name: string;
  readonly numeric?: boolean;
}

/** A table in a region that scrolls by itself where the screen is narrow. The first cell of a row is its heading. */
export function table(caption: string, columns: readonly Column[], rows: readonly (readonly Child[])[]): Markup {
  const kind = (index: number): Markup => raw(columns[index]?.numeric === true ? ' class="n"' : "");
  const head = columns.map((column, index) => markup`<th scope="col"${kind(index)}>${column.name}</th>`);
  const body = rows.map((cells) => {
    const [first, ...others] = cells;
    const rest = others.map((cell, index) => markup`<td${kind(index + 1)}>${cell}</td>`);
    return markup`<tr><th scope="row"${kind(0)}>${first}</th>${rest}</tr>\n`;
  });
  return markup`<div class="scroll" role="region" aria-label="Table: ${caption}" tabindex="0">
    <table><caption class="hidden">${caption}</caption><thead><tr>${head}</tr></thead><tbody>
${body}</tbody></table>
  </div>`;
}

/** The table that stands beside each plot, folded away. */
export const plotTable = (caption: string, columns: readonly Column[], rows: readonly (readonly Child[])[]): Markup =>
  markup`<details class="data">
    <summary>Data as a table<span class="hidden">: ${caption}</span></summary>
    ${table(caption, columns, rows)}
  </details>`;

/** Named figures with their units, in one flowing line; those that are zero are counted, and named in one breath. */
export function figures(values: Readonly<Record<string, number>>): Markup | undefined {
  const entries = Object.entries(values);
  if (entries.length === 0) return undefined;
  const zeros = entries.filter(([, value]) => value === 0).map(([name, value]) => formatFigure(name, value).label);
  const telling = entries.filter(([, value]) => value !== 0);
  return markup`${
    telling.length > 0 &&
    markup`<dl class="figures">
      ${telling.map(([name, value]) => {
        const figure = formatFigure(name, value);
        return markup`<div>
          <dt>${figure.label}</dt>
          <dd>${figure.value}</dd>
        </div>`;
      })}
    </dl>`
  }${zeros.length > 0 && markup`<p class="zeros">None: ${zeros.join(", ")}</p>`}`;
}

/** Names and what they stand for. */
export const facts = (entries: readonly (readonly [string, Child])[]): Markup =>
  markup`<dl class="facts">
    ${entries.map(
      ([name, value]) =>
        markup`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
