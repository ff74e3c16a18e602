/** Notices that the container engine has gone: then nothing of a rehearsal can be seen or undone any more. */
import type { Engine } from "../engine/index.ts";
import { LabError } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import { every, seconds } from "../time.ts";
import { ENGINE_GONE } from "../judging/voids.ts";

const PERIOD = seconds(1);
/** An engine that starts anew is back sooner, though its containers may not be. */
const LOOKS = 2;

export interface EngineWatch extends Disposable {
  /** Aborted, with a LabError `engine-failed`, when nobody listened where the engine was, twice in a row. */
  readonly gone: AbortSignal;
}

/** Looks once a second until disposed; journals that the engine has gone, by which the run is judged. */
export function watchEngine(engine: Pick<Engine, "isGone" | "info">, recorder: Recorder): EngineWatch {
  const controller = new AbortController();
  let misses = 0;
  const looking = every(PERIOD, async () => {
    misses = (await engine.isGone()) ? misses + 1 : 0;
    if (misses < LOOKS || controller.signal.aborted) return;
    looking[Symbol.dispose]();
    recorder.event({ type: "observation", ...ENGINE_GONE });
    controller.abort(
      new LabError({
        code: "engine-failed",
        message: `the container engine has gone: nobody listens at ${engine.info.endpoint}`,
        hint: "start it again; lab clean then removes what is left of the run",
      }),
    );
  });
  return { gone: controller.signal, [Symbol.dispose]: () => looking[Symbol.dispose]() };
}
