/** Ctrl-C: the first asks for an orderly end, the second leaves the cleaning to the watchdog. */
import { LabError } from "../errors.ts";
import { EXIT } from "./exit-codes.ts";

export interface Interrupts extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Listens until it is disposed. Gives a signal that is aborted by SIGINT and SIGTERM; where somebody sits in front of it (`by hand`), also by SIGHUP:
 * a rehearsal goes on to its verdict when its terminal is closed.
 */
export function heedInterrupts(say: (text: string) => void, use: "rehearsal" | "by hand"): Interrupts {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      say("leaving at once; the watchdog cleans up");
      process.exit(EXIT.interrupted);
    }
    say(`${name}: healing and cleaning up (once more to leave that to the watchdog)`);
    controller.abort(new LabError({ code: "interrupted", message: `interrupted by ${name}` }));
  };
  const names = ["SIGINT", "SIGTERM", ...(use === "by hand" ? (["SIGHUP"] as const) : [])] as const;
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      for (const name of names) process.off(name, onSignal);
    },
  };
}
