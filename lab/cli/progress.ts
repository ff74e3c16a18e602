/** Draws progress on standard error: live in a terminal, plain lines when piped. Results go to standard output. */
import type { Progress } from "../engine/index.ts";
import { plainLine, plainText } from "../text.ts";
import { every, formatDuration, milliseconds, monotonicMs } from "../time.ts";
import { currentOutput, paint } from "./output.ts";

export interface DrawnProgress extends Progress, Disposable {
  /** A line that stays. */
  line(text: string): void;
  /** A short text shown at the end of the live line; nothing when piped. */
  status(text: string): void;
}

/** Progress for people. With `quiet`, only failures are said. */
export function drawProgress(options: { readonly quiet?: boolean } = {}): DrawnProgress {
  const stream = currentOutput().err;
  const live = stream.isTTY === true && !options.quiet;
  const running = new Map<number, { title: string; note: string; startedMs: number }>();
  let nextId = 0;
  let statusText = "";
  const clear = (): void => {
    if (live) stream.write("\r\u001b[2K");
  };
  const redraw = (): void => {
    if (!live) return;
    const newest = [...running.values()].at(-1);
    if (newest === undefined) return;
    const elapsed = formatDuration(monotonicMs() - newest.startedMs);
    const others = running.size > 1 ? ` (+${running.size - 1} more)` : "";
    const text = `… ${newest.title}${others} ${elapsed}${newest.note ? ` · ${newest.note}` : ""}${statusText ? ` · ${statusText}` : ""}`;
    clear();
    stream.write(text.slice(0, Math.max((stream.columns ?? 80) - 1, 20)));
  };
  const line = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
    redraw();
  };
  const ticker = live ? every(milliseconds(250), redraw) : undefined;

  return {
    line,
    status(text) {
      statusText = plainLine(text);
    },
    task(anyTitle) {
      const title = plainLine(anyTitle);
      const id = nextId++;
      const startedMs = monotonicMs();
      running.set(id, { title, note: "", startedMs });
      const took = (): string => paint("dim", `(${formatDuration(monotonicMs() - startedMs)})`, stream);
      const slowTaskLine = (detail: string): void => {
        if (!live && !options.quiet) line(`  … ${title}: ${detail}`);
      };
      let lastNoteMs = startedMs;
      return {
        note(detail) {
          const task = running.get(id);
          if (task) task.note = plainLine(detail);
          // Piped output gets a sign of life at most every ten seconds.
          if (!live && monotonicMs() - lastNoteMs > 10_000) {
            lastNoteMs = monotonicMs();
            slowTaskLine(plainLine(detail));
          }
        },
        done(detail) {
          if (!running.delete(id)) return;
          if (!options.quiet)
            line(`${paint("green", "✓", stream)} ${title}${detail ? `: ${plainText(detail)}` : ""} ${took()}`);
        },
        failed(detail) {
          if (!running.delete(id)) return;
          line(`${paint("red", "✗", stream)} ${title}: ${plainText(detail)} ${took()}`);
        },
      };
    },
    [Symbol.dispose]() {
      ticker?.[Symbol.dispose]();
      clear();
    },
  };
}
