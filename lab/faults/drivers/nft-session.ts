/** A conversation with `nft -j -i`, kept open in a helper: orders and questions go in as lines, answers come as lines of JSON. */
import type { Helper } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { milliseconds, seconds, sleep, withLimit } from "../../time.ts";
import { readTableState, type TableState } from "./packet-state.ts";

/** How long the kernel may take for an answer; it takes about a millisecond. */
const ANSWER_LIMIT = seconds(5);
/** How long an answer may still come after a complaint. */
const COMPLAINT_GRACE = milliseconds(500);

export interface Session extends AsyncDisposable {
  /** Writes all lines at once; those that answer do so with one line of JSON each. */
  ask(lines: readonly { readonly line: string; readonly answers: boolean }[]): Promise<TableState>;
  /** What it last said on its error output. */
  complaint(): Promise<string>;
  ended(): boolean;
}

/** A helper whose input and output are those of `nft -j -i`. Disposing ends the helper. */
export function openSession(helper: Helper): Session {
  let ended = false;
  let pending = "";
  let complaints = "";
  let expecting:
    { count: number; lines: string[]; resolve: (lines: string[]) => void; reject: (error: Error) => void } | undefined;
  const end = (): void => {
    ended = true;
    expecting?.reject(new LabError({ code: "fault-failed", message: "the packet filter's helper ended" }));
    expecting = undefined;
  };
  helper.input.on("close", end);
  helper.input.on("end", end);
  helper.input.on("error", end);
  helper.onError((text) => {
    complaints = (complaints + text).slice(-2_000);
    const waiting = expecting;
    if (waiting === undefined) return;
    // A complaint about a table that is not there comes instead of an answer.
    void sleep(COMPLAINT_GRACE).then(() => {
      if (expecting === waiting) waiting.reject(new LabError({ code: "fault-failed", message: complaints.trim() }));
    });
  });
  helper.onOutput((text) => {
    pending += text;
    for (let at = pending.indexOf("\n"); at >= 0; at = pending.indexOf("\n")) {
      const line = pending.slice(0, at);
      pending = pending.slice(at + 1);
      if (line === "" || expecting === undefined) continue;
      expecting.lines.push(line);
      if (expecting.lines.length < expecting.count) continue;
      expecting.resolve(expecting.lines);
      expecting = undefined;
    }
  });
  const complaint = async (): Promise<string> => {
    // Errors come on another stream than answers: they may be a moment later.
    if (complaints === "") await sleep(milliseconds(50));
    return complaints.trim() === "" ? "nothing" : complaints.trim();
  };
  return {
    ended: () => ended,
    complaint,
    async ask(asking) {
      if (ended) throw new LabError({ code: "fault-failed", message: "the packet filter's helper has ended" });
      complaints = "";
      const answer = new Promise<string[]>((resolve, reject) => {
        expecting = { count: asking.filter(({ answers }) => answers).length, lines: [], resolve, reject };
      });
      helper.input.write(asking.map(({ line }) => `${line}\n`).join(""));
      let lines: string[];
      try {
        lines = await withLimit("the packet filter's answer", ANSWER_LIMIT, answer);
      } catch (error) {
        const said = await complaint();
        // Nobody knows what is in force now: with the helper, all of its rules go.
        end();
        await Promise.resolve(helper[Symbol.asyncDispose]()).catch(() => undefined);
        throw new LabError({
          code: "fault-failed",
          message: `the packet filter did not answer; it said: ${said}`,
          hint: "lab doctor shows whether this kernel has the packet filter for bridges",
          cause: error,
        });
      }
      const states = lines.map(readTableState);
      return {
        rules: states.flatMap((state) => state.rules),
        counters: new Map(states.flatMap((state) => [...state.counters])),
      };
    },
    async [Symbol.asyncDispose]() {
      ended = true;
      await helper[Symbol.asyncDispose]();
    },
  };
}
