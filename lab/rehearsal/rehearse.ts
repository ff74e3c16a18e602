/**
 * One rehearsal, from the scenario to the verdict on disk.
 * Teardown is registered before set-up and unwound in reverse; the journal and the verdict are on disk before it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { componentsOf, memoryNeededMb } from "../systems/index.ts";
import type { Engine, Progress, RunSpace } from "../engine/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { openJournal } from "../journal/index.ts";
import type { Recorder } from "../journal/recorder.ts";
import { appendHistory } from "../run-folder/history.ts";
import { minutes, seconds, startClock, withLimit } from "../time.ts";
import { countingRecorder, type Counts } from "./counts.ts";
import { historyEntry } from "../judging/judge.ts";
import { judgeRun } from "../judging/judge-run.ts";
import { makePlan, runName } from "./plan.ts";
import { historyFile, journalFile, logsFolder, writePlan } from "../run-folder/run-files.ts";
import type { VerdictFile } from "../run-folder/run-folder.ts";
import { rememberStanding } from "./standing-runs.ts";
import { mutate, type Scenario } from "./scenario.ts";
import { watchEngine } from "./engine-watch.ts";
import { abortable, setUp, type Standing } from "./set-up.ts";
import { scarRecorder, type Stand, type Stands } from "./cluster-pool.ts";

export interface RehearsalOptions {
  readonly scenario: Scenario;
  readonly mutant?: string | undefined;
  readonly seed: number;
  /** Leave the clusters running afterwards, healed. */
  readonly keep?: boolean;
  readonly engine: Engine;
  /** Takes place on the clusters that stand here if they fit, and leaves its own here if nothing is wrong with them. */
  readonly stands?: Stands | undefined;
  /** The folder in which the run's own folder is made. */
  readonly runs: string;
  readonly progress: Progress;
  /** Aborted by Ctrl-C: heals, judges what there is, cleans up. */
  readonly signal: AbortSignal;
  /** Called about once a second while the load runs. */
  readonly onCounts?: (counts: Counts) => void;
}

export interface RehearsalResult {
  readonly folder: string;
  readonly verdict: VerdictFile;
  /** The engine's name of the run, when its clusters were kept. */
  readonly kept?: string;
  /** The container engine went meanwhile: no other rehearsal can take place. */
  readonly engineGone?: true;
  /** Why it did not get as far as its script. */
  readonly setUpError?: unknown;
}

/** How long each of the last phases may take. */
const LIMITS = { converge: seconds(60), drain: seconds(90), whole: minutes(1), withoutEngine: seconds(5) } as const;

/**
 * Rehearses and judges. Whatever goes wrong once the plan is written, the run folder says so: a set-up that failed,
 * a script that threw, an interrupt all end in a verdict that is not `held`.
 * @throws LabError when there is no image, too little memory, or no room for a run folder.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalResult> {
  const { engine, progress, seed, mutant } = options;
  const scenario = mutant === undefined ? options.scenario : mutate(options.scenario, mutant);
  refuseTooSmallMachine(engine, scenario);
  const images = await engine.images(
    ["netfilter", ...(scenario.tools ?? []), ...componentsOf(scenario.topology)],
    progress,
  );
  options.signal.throwIfAborted();
  let unscarred: Stand | undefined;
  const leave = async (space: RunSpace): Promise<void> => {
    if (space === unscarred?.space) options.stands?.leave(unscarred);
    else await space[Symbol.asyncDispose]();
  };
  await using teardown = new AsyncDisposableStack();
  // Before the clock starts: what does not fit is taken down now, so that the machine has room.
  const stand = await options.stands?.take({ topology: scenario.topology, images });
  if (stand !== undefined) teardown.adopt(stand.space, leave);

  const clock = startClock();
  const name = runName(scenario.id, clock.startedAt, seed, mutant);
  const folder = join(options.runs, name);
  mkdirSync(folder, { recursive: true });
  const plan = makePlan({ scenario, mutant, run: name, startedAt: clock.startedAt, seed, engine, images });
  const head = await writePlan(folder, plan);

  const keep = options.keep ?? false;
  let setUpError: unknown;
  let kept: string | undefined;
  const journal = openJournal(journalFile(folder), clock, head);
  const recorder = scarRecorder(teardown.use(countingRecorder(journal, options.onCounts)));
  const { gone } = teardown.use(watchEngine(engine, recorder));
  const signal = AbortSignal.any([options.signal, gone]);
  recorder.event({ type: "phase", phase: "set-up" });
  try {
    const standing = await setUp(
      { engine, stand, leave, scenario, seed, keep, images, clock, recorder, progress, signal },
      teardown,
    );
    const { space, reused } = standing;
    const logs = () => space.saveLogs(logsFolder(folder), reused ? clock.startedAt : undefined);
    await perform(scenario, standing, { recorder, progress, signal, gone, logs });
    if (keep && !signal.aborted) {
      await rememberStanding(space.run, scenario.topology);
      space.keep();
      kept = space.run;
    } else if (options.stands !== undefined && !signal.aborted) {
      const [scar] = recorder.scars;
      if (scar === undefined) unscarred = { space, topology: scenario.topology, images, lastRun: name };
      else tellScar(scar, recorder, progress);
    }
  } catch (error) {
    setUpError = error;
    recorder.event({ type: "note", level: "error", text: `set-up failed: ${messageOf(error)}` });
  }
  // A journal that could not be written to its end (a full disk) is judged as far as it goes: it can not be held.
  await journal.close().catch((error: unknown) => {
    setUpError ??= error;
  });
  const { verdict, notes, reportFailures } = await judgeRun(folder);
  for (const note of notes) progress.task("judging").failed(note);
  for (const failure of reportFailures) progress.task(failure.file).failed(messageOf(failure.error));
  try {
    appendHistory(historyFile(options.runs), historyEntry(verdict));
  } catch (error) {
    progress.task("history").failed(`could not be written: ${messageOf(error)}`);
  }
  if (gone.aborted) {
    progress.task("clean-up").failed(`${messageOf(gone.reason)}; the watchdog tries for a minute`);
    await withLimit("the clean-up", LIMITS.withoutEngine, teardown.disposeAsync()).catch(() => undefined);
  } else {
    // The verdict stands, and the next rehearsal of the suite takes place: what could not be healed is gone with its nodes.
    await teardown.disposeAsync().catch((error: unknown) => {
      progress.task("clean-up").failed(messageOf(error));
    });
  }
  return {
    folder,
    verdict,
    ...(gone.aborted ? { engineGone: true } : {}),
    ...(kept === undefined ? {} : { kept }),
    ...(setUpError === undefined ? {} : { setUpError }),
  };
}

interface Performance {
  readonly recorder: Recorder;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Nothing more is tried when the engine has gone. */
  readonly gone: AbortSignal;
  readonly logs: () => Promise<void>;
}

/** The script, and then what makes its result trustworthy: all healed and whole, replicas equal, everything read. Never throws. */
async function perform(
  scenario: Scenario,
  standing: Standing,
  { recorder, progress, signal, gone, logs }: Performance,
): Promise<void> {
  const { clusters, loads, faults, stage } = standing;
  const attempt = async (title: string, work: () => Promise<unknown>): Promise<void> => {
    if (gone.aborted) return;
    const task = progress.task(title);
    try {
      await abortable(gone, work());
      task.done();
    } catch (error) {
      task.failed(messageOf(error));
      recorder.event({ type: "note", level: "error", text: `${title}: ${messageOf(error)}` });
    }
  };

  recorder.event({ type: "phase", phase: "run" });
  try {
    await scenario.run(stage);
  } catch (error) {
    recorder.event({ type: "note", level: "error", text: `the script stopped: ${messageOf(error)}` });
  }
  recorder.event({ type: "phase", phase: "heal" });
  await attempt("heal what is left", () => faults.healAll());
  if (!signal.aborted) {
    await attempt("network and nodes are whole", async () => {
      const { whole, measured } = await faults.verifyWhole({ within: LIMITS.whole });
      if (!whole) throw new LabError({ code: "fault-failed", message: measured });
    });
    await attempt("load ends", () => Promise.all(Object.values(loads).map((load) => load.stop())));
    recorder.event({ type: "phase", phase: "converge" });
    const replicated = Object.values(clusters).flatMap((cluster) => cluster.replicated ?? []);
    if (replicated.length > 0) {
      await attempt("replicas converge", () =>
        Promise.all(replicated.map((replicas) => replicas.converge({ within: LIMITS.converge }))),
      );
    }
    recorder.event({ type: "phase", phase: "drain" });
    await attempt("readers reach the end", () =>
      Promise.all(Object.values(loads).map((load) => load.drain({ within: LIMITS.drain }))),
    );
  }
  await attempt("logs", logs);
  if (!signal.aborted) recorder.event({ type: "phase", phase: "done" });
}

function tellScar(scar: string, recorder: Recorder, progress: Progress): void {
  progress.task("clusters are not used again").done(scar);
  recorder.event({ type: "note", level: "info", text: `the clusters are not used again: ${scar}` });
}

function refuseTooSmallMachine(engine: Engine, scenario: Scenario): void {
  const neededMb = memoryNeededMb(scenario.topology);
  const hasMb = Math.floor(engine.info.memoryBytes / 2 ** 20);
  if (hasMb >= neededMb) return;
  throw new LabError({
    code: "not-enough-memory",
    message: `${scenario.id} needs about ${neededMb} MiB for its nodes; the engine's machine has ${hasMb} MiB`,
    hint: "choose a smaller scenario (lab list shows what each needs), or give the engine's machine more memory",
  });
}
