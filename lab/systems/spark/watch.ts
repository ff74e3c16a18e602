/** What the lab sees of a Spark cluster while it runs, journalled when it changes. */
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds } from "../../time.ts";
import type { Address } from "../endpoint.ts";
import { aliveWorkers, askMaster } from "./state.ts";

const PERIOD = milliseconds(500);
const SILENT = "no answer";

/**
 * Looks twice a second until disposed. Observations: `NAME master state` (`ALIVE`, `RECOVERING`, …, or `no answer`) and
 * `alive workers of NAME`, as the master knows them: 0 while it does not answer.
 */
export function watchSpark(cluster: string, master: Address, recorder: Recorder): Disposable {
  const seen = new Map<string, string | number>();
  const observe = (subject: string, value: string | number): void => {
    if (seen.get(subject) === value) return;
    seen.set(subject, value);
    recorder.event({ type: "observation", subject, value });
  };
  return every(PERIOD, async () => {
    const state = await askMaster(master).catch(() => undefined);
    observe(`${cluster} master state`, state?.status ?? SILENT);
    observe(`alive workers of ${cluster}`, state === undefined ? 0 : aliveWorkers(state).length);
  });
}
