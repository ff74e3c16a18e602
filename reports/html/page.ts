/** What every page is: one file that opens offline, loads nothing, and runs no script but its own. */
import { createHash } from "node:crypto";
import { markup, raw, type Markup } from "./markup.ts";

/** What a page is made of. */
export interface Page {
  readonly title: string;
  readonly style: string;
  /** The one script that may run. */
  readonly script: string;
  /** What its whole body is called in its style; none: a run's report. */
  readonly kind?: string;
  readonly body: Markup;
}

/** The whole document. Its content policy names the script by its hash: nothing else can run, or be loaded. */
export function pageOf({ title, style, script, kind, body }: Page): string {
  const hash = createHash("sha256").update(script).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>${raw(style)}</style>
      </head>
      <body${kind !== undefined && markup` class="${kind}"`}>
        ${body}
        <script>${raw(script)}</script>
      </body>
    </html>
`.text;
}
