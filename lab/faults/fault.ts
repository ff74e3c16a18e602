/** One fault in force: its receipt, its undo, and their marks in the journal and the ledger. */
import { LabError, messageOf } from "../errors.ts";
import type { Receipt } from "../journal/types.ts";
import type { Recorder } from "../journal/recorder.ts";
import { milliseconds, monotonicMs, seconds, sleep } from "../time.ts";
import type { Effect, FaultAction } from "./action.ts";
import { isPermanent } from "./define.ts";
import type { Ledger } from "./ledger.ts";
import type { FaultSpec } from "./registry.ts";
import type { Fault } from "./types.ts";
import { describeFault } from "./words.ts";

/** How long `receipt()` waits for an effect; a partition is seen only when something tries the links. */
const RECEIPT_LIMIT = seconds(5);

export interface FaultInForce extends Fault {
  /** First half of a heal, so that many faults can all be undone before any undo is verified. */
  undo(): Promise<void>;
  /** Second half. @throws LabError `fault-failed` */
  verifyUndone(): Promise<void>;
  /** Neither healed nor waited for: `healAll` only has its effect journalled. */
  readonly permanent: boolean;
  /** Journals the effect, or its absence, if that was not done yet. */
  settle(): Promise<void>;
}

export interface InForceOptions {
  readonly id: string;
  readonly spec: FaultSpec;
  readonly action: FaultAction;
  readonly toEffectMs: number;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly onHealed: () => void;
}

/** Begins to watch for the effect at once, so that it is journalled even if nobody asks for the receipt. */
export function faultInForce(options: InForceOptions): FaultInForce {
  const { id, spec, action, recorder } = options;
  const watch = watchEffect(action, (effect) => recordEffect(effect));
  let state: "in force" | "undone" | "undo failed" | "healed" = "in force";
  let undoError: unknown;
  let healing: Promise<void> | undefined;

  const receiptOf = (effect: Effect): Receipt => ({ ...effect, toEffectMs: options.toEffectMs });
  const recordEffect = (effect: Effect): void => {
    recorder.event({ type: "fault-effect", fault: id, receipt: receiptOf(effect) });
  };

  const undo = async (): Promise<void> => {
    if (state === "undone" || state === "healed") return;
    recorder.event({ type: "fault-heal-ordered", fault: id });
    await watch.stop();
    try {
      await action.undo();
      state = "undone";
    } catch (error) {
      state = "undo failed";
      undoError = error;
    }
  };
  const verifyUndone = async (): Promise<void> => {
    if (state === "healed") return;
    try {
      if (state === "undo failed") throw undoError;
      const measured = await action.verify();
      await options.ledger.crossOut(id);
      state = "healed";
      options.onHealed();
      recorder.event({ type: "fault-healed", fault: id, verified: true, measured });
    } catch (error) {
      // Undone once is not healed: a second try undoes it again.
      state = "in force";
      recorder.event({ type: "fault-healed", fault: id, verified: false, measured: messageOf(error) });
      throw new LabError({
        code: "fault-failed",
        message: `the undo of ${id} (${describeFault(spec)}) was not seen to work: ${messageOf(error)}`,
        cause: error,
      });
    }
  };
  const permanent = isPermanent(spec);
  const settle = (): Promise<void> => watch.stop();
  const heal = (): Promise<void> => {
    if (permanent) return Promise.reject(staysForGood(id, spec));
    healing ??= undo()
      .then(verifyUndone)
      .finally(() => {
        healing = undefined;
      });
    return healing;
  };
  return {
    id,
    spec,
    targets: action.targets,
    receipt: async () => receiptOf(await watch.within(RECEIPT_LIMIT)),
    undo,
    verifyUndone,
    heal,
    permanent,
    settle,
    [Symbol.asyncDispose]: permanent ? settle : heal,
  };
}

const staysForGood = (id: string, spec: FaultSpec): LabError =>
  new LabError({
    code: "bad-usage",
    message: `${id} (${describeFault(spec)}) is permanent: it is not healed`,
    hint: "leave out `permanent` for a fault that is to be healed",
  });

interface EffectWatch {
  /** The effect, or what was seen until then. */
  within(limit: number): Promise<Effect>;
  /** Probes a last time and ends; `onSettled` has been called when it resolves. */
  stop(): Promise<void>;
}

/** Probes until the effect is there, often at first; reports it once, or its absence when stopped. Never throws. */
function watchEffect(action: FaultAction, onSettled: (effect: Effect) => void): EffectWatch {
  const stopping = new AbortController();
  let seen: Effect = { effective: false, measured: "not measured yet" };
  const probe = async (): Promise<void> => {
    try {
      seen = await action.probe();
    } catch (error) {
      seen = { effective: false, measured: `could not be measured: ${messageOf(error)}` };
    }
  };
  const watching = (async (): Promise<Effect> => {
    const startedMs = monotonicMs();
    await probe();
    while (!seen.effective && !stopping.signal.aborted) {
      const pause = monotonicMs() - startedMs < 1_000 ? 10 : 100;
      await sleep(milliseconds(pause), stopping.signal).catch(() => undefined);
      await probe();
    }
    onSettled(seen);
    return seen;
  })();
  return {
    within: (limit) => {
      const limited = new AbortController();
      const expiry = sleep(milliseconds(limit), limited.signal).then(
        () => seen,
        () => seen,
      );
      return Promise.race([watching, expiry]).finally(() => limited.abort());
    },
    async stop() {
      stopping.abort();
      await watching;
    },
  };
}
