/**
 * The phases of a rehearsal once everything runs, as data: the script, and then what makes its result trustworthy:
 * all healed and whole, replicas equal, everything read. No file of this folder knows the container engine's own API;
 * this one knows no clusters either, so that the order of things is tested without any.
 */
import { LabError, messageOf } from "../errors.ts";
import type { FaultInjector } from "../faults/index.ts";
import type { Phase } from "../journal/types.ts";
import type { Progress } from "../engine/index.ts";
import { abortable, minutes, seconds, withLimit, type Duration } from "../time.ts";
import type { TaintRecorder } from "./recorders.ts";

/** What a rehearsal takes place in, as its phases use it. */
export interface Performer {
  /** The scenario's own script. */
  script(): Promise<void>;
  readonly faults: Pick<FaultInjector, "healAll" | "verifyWhole">;
  readonly loads: readonly {
    stop(): Promise<void>;
    drain(options: { readonly within: Duration }): Promise<void>;
  }[];
  /** Those whose replicas are to be equal by content at the end. */
  readonly replicated: readonly { converge(options: { readonly within: Duration }): Promise<void> }[];
  /** Keeps what the nodes said. */
  saveLogs(): Promise<void>;
}

export interface PhaseContext {
  readonly recorder: TaintRecorder;
  readonly progress: Progress;
  /** Somebody pressed Ctrl-C: what is under way is left, all is healed, and what there is gets judged. */
  readonly interrupted: AbortSignal;
  /** The ground is gone, the engine or the nodes: nothing more is tried. */
  readonly lost: AbortSignal;
}

/** How long each part may take. A script's own waits have limits; this is for one that waits without any. */
const LIMITS = {
  script: minutes(60),
  converge: seconds(60),
  drain: seconds(90),
  whole: minutes(1),
  afterInterrupt: seconds(10),
} as const;

interface Part {
  readonly title: string;
  readonly run: (performer: Performer) => Promise<unknown>;
  /** Left out without a word where there is nothing for it to do. */
  readonly applies?: (performer: Performer) => boolean;
  /** Done at an interrupt too, at most for so long. */
  readonly evenInterrupted?: Duration;
}

interface PhaseOfParts {
  readonly phase: Phase;
  readonly parts: readonly Part[];
}

/** In their order, after the script. */
const PHASES: readonly PhaseOfParts[] = [
  {
    phase: "heal",
    parts: [
      { title: "heal what is left", run: ({ faults }) => faults.healAll(), evenInterrupted: LIMITS.afterInterrupt },
      { title: "network and nodes are whole", run: verifyWhole },
      { title: "load ends", run: ({ loads }) => Promise.all(loads.map((load) => load.stop())) },
    ],
  },
  {
    phase: "converge",
    parts: [
      {
        title: "replicas converge",
        applies: ({ replicated }) => replicated.length > 0,
        run: ({ replicated }) => Promise.all(replicated.map((each) => each.converge({ within: LIMITS.converge }))),
      },
    ],
  },
  {
    phase: "drain",
    parts: [
      {
        title: "readers reach the end",
        run: ({ loads }) => Promise.all(loads.map((load) => load.drain({ within: LIMITS.drain }))),
      },
    ],
  },
];

async function verifyWhole({ faults }: Performer): Promise<void> {
  const { whole, measured } = await faults.verifyWhole({ within: LIMITS.whole });
  if (!whole) throw new LabError({ code: "fault-failed", message: measured });
}

/**
 * Performs a rehearsal to its end, or as far as it gets: never throws; whatever goes wrong is journalled, by which the
 * run is judged. `done` is journalled only where nothing was cut short.
 */
export async function performPhases(performer: Performer, context: PhaseContext): Promise<void> {
  const { recorder, interrupted, lost } = context;
  const begin = (phase: Phase): void => recorder.event({ type: "phase", phase });
  const note = (text: string): void => recorder.event({ type: "note", level: "error", text });

  begin("run");
  try {
    const script = abortable(AbortSignal.any([interrupted, lost]), performer.script());
    await withLimit("the script", LIMITS.script, script);
  } catch (error) {
    note(`the script stopped: ${messageOf(error)}`);
  }
  for (const { phase, parts } of PHASES) {
    const left = parts.filter(({ evenInterrupted }) => !interrupted.aborted || evenInterrupted !== undefined);
    if (left.length === 0) break;
    begin(phase);
    for (const part of left.filter(({ applies }) => applies?.(performer) ?? true))
      await performPart(part, performer, context);
  }
  const logs = { title: "logs", run: () => performer.saveLogs(), evenInterrupted: LIMITS.afterInterrupt };
  await performPart(logs, performer, context);
  if (!interrupted.aborted && !lost.aborted) begin("done");
}

/** One line of progress; a wait that ran out without throwing (`drained`, `converged`) is told as the failure that it is. */
async function performPart(part: Part, performer: Performer, context: PhaseContext): Promise<void> {
  const { recorder, progress, interrupted, lost } = context;
  if (lost.aborted || (interrupted.aborted && part.evenInterrupted === undefined)) return;
  const task = progress.task(part.title);
  const taintsBefore = recorder.taints.length;
  try {
    const work = part.run(performer);
    await (part.evenInterrupted === undefined
      ? abortable(AbortSignal.any([interrupted, lost]), work)
      : limitedOnceAborted(part, interrupted, abortable(lost, work)));
    const failed = recorder.taints.slice(taintsBefore);
    if (failed.length === 0) task.done();
    else task.failed(failed.join("; "));
  } catch (error) {
    task.failed(messageOf(error));
    recorder.event({ type: "note", level: "error", text: `${part.title}: ${messageOf(error)}` });
  }
}

/** The work, which has only so long from an interrupt on. */
function limitedOnceAborted(part: Part, interrupted: AbortSignal, work: Promise<unknown>): Promise<unknown> {
  const limit = part.evenInterrupted ?? LIMITS.afterInterrupt;
  if (interrupted.aborted) return withLimit(part.title, limit, work);
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => {
    withLimit(part.title, limit, work).catch(reject);
  };
  interrupted.addEventListener("abort", onAbort, { once: true });
  return Promise.race([work, promise]).finally(() => interrupted.removeEventListener("abort", onAbort));
}
