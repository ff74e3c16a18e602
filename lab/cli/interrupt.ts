/** Ctrl-C: the first asks for an orderly end, the second leaves the cleaning to the watchdog. */
import { LabError } from "../errors.ts";
import { EXIT } from "./exit-codes.ts";

/** A signal that is aborted by SIGINT, SIGTERM or SIGHUP. */
export function interruptSignal(say: (text: string) => void): AbortSignal {
  const controller = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      say("leaving at once; the watchdog cleans up");
      process.exit(EXIT.interrupted);
    }
    say(`${name}: healing and cleaning up (once more to leave that to the watchdog)`);
    controller.abort(new LabError({ code: "interrupted", message: `interrupted by ${name}` }));
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, onSignal);
  return controller.signal;
}
