/**
 * One rehearsal, from the scenario to the verdict on disk.
 * Teardown is registered before set-up and unwound in reverse; the journal and the verdict are on disk before it.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Reporter } from "../../reports/index.ts";
import { componentsOf, memoryNeededMb } from "../systems/index.ts";
import type { ComponentId, Engine, ImageRef, Node, Progress, RunSpace } from "../engine/index.ts";
import { LabError, messageOf } from "../errors.ts";
import { openJournal } from "../journal/index.ts";
import { judgeRun } from "../judging/judge-run.ts";
import { wholeHistoryEntry } from "../judging/history-entry.ts";
import { appendHistory } from "../run-folder/history.ts";
import { historyFile, journalFile, logsFolder, writePlan } from "../run-folder/run-files.ts";
import type { Plan, VerdictFile } from "../run-folder/run-folder.ts";
import { seconds, startClock, withLimit } from "../time.ts";
import type { ClusterPool, PooledClusters } from "./cluster-pool.ts";
import { watchEngine } from "./engine-watch.ts";
import { setUp, type Environment } from "./environment.ts";
import { performPhases } from "./phases.ts";
import { makePlan, runName } from "./plan.ts";
import { countingRecorder, taintRecorder, type Counts, type TaintRecorder } from "./recorders.ts";
import { mutate, type Scenario } from "./scenario.ts";
import { rememberStanding } from "./standing-runs.ts";

export interface RehearsalOptions {
  readonly scenario: Scenario;
  /** What names it on the command line where its id does not: the path of its file. */
  readonly word?: string;
  readonly mutant?: string | undefined;
  readonly seed: number;
  /** Leave the clusters running afterwards, healed. */
  readonly keep?: boolean;
  readonly engine: Engine;
  /** Takes place on the clusters in it if they fit, and leaves its own there if nothing is wrong with them. */
  readonly pool?: ClusterPool | undefined;
  /** The folder in which the run's own folder is made. */
  readonly runs: string;
  readonly progress: Progress;
  /** Aborted by Ctrl-C: heals, judges what there is, cleans up. */
  readonly signal: AbortSignal;
  /** Draw the run once it was judged. Default: those that leave report.html, junit.xml and summary.md. */
  readonly reporters?: readonly Reporter[];
  /** Called about once a second while the load runs. */
  readonly onCounts?: (counts: Counts) => void;
  /** What it takes place in. Default: clusters, loads and faults of the engine. */
  readonly setUp?: typeof setUp;
}

export interface RehearsalResult {
  readonly folder: string;
  readonly verdict: VerdictFile;
  /** What happened and what it means, a sentence each. */
  readonly story: readonly string[];
  /** What reporters say on the terminal. */
  readonly terminal: readonly string[];
  /** The one command that repeats it. */
  readonly repeat: string;
  /** The engine's name of the run, when its clusters were kept. */
  readonly kept?: string;
  /** The container engine went meanwhile: no other rehearsal can take place. */
  readonly engineGone?: true;
  /** Why it did not get as far as its script. */
  readonly setUpError?: unknown;
}

/** Without an engine or nodes little of the clean-up can work; the watchdog goes on trying. */
const CLEAN_UP_OF_WHAT_IS_LOST = seconds(10);

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
    options.signal,
  );
  options.signal.throwIfAborted();
  await using teardown = new AsyncDisposableStack();
  const leaving = leaveClusters(options.pool);
  // Before the clock starts: what does not fit is taken down now, so that the machine has room.
  const pooled = await options.pool?.take({ topology: scenario.topology, images });
  if (pooled !== undefined) teardown.adopt(pooled.space, leaving.leave);

  const clock = startClock();
  const run = runName(scenario.id, clock.startedAt, seed, mutant);
  const folder = join(options.runs, run);
  mkdirSync(folder, { recursive: true });
  const plan = makePlan({
    scenario,
    word: options.word,
    mutant,
    run,
    startedAt: clock.startedAt,
    seed,
    engine,
    images,
  });
  const head = await writePlan(folder, plan);

  const journal = openJournal(journalFile(folder), clock, head);
  const recorder = taintRecorder(teardown.use(countingRecorder(journal, options.onCounts)));
  const { gone } = teardown.use(watchEngine(engine, recorder));
  const removals = watchRemovals(recorder);
  const lost = AbortSignal.any([gone, removals.removed]);
  const ground = { images, pooled, clock, recorder, lost, onRemoved: removals.onRemoved, folder };
  const ended = await setUpAndPerform(options, scenario, ground, teardown, {
    leave: leaving.leave,
    run,
    reusable: leaving.reusable,
  });
  let { setUpError } = ended;
  // A journal that could not be written to its end (a full disk) is judged as far as it goes: it cannot be held.
  await journal.close().catch((error: unknown) => {
    setUpError ??= error;
  });
  const { verdict, story, notes, reportFailures, terminal } = await judgeRun(folder, options.reporters);
  for (const note of notes) progress.task("judging").failed(note);
  for (const failure of reportFailures) progress.task(failure.file).failed(messageOf(failure.error));
  keepFigures(options.runs, plan, verdict, progress);
  await cleanUp(teardown, lost, progress);
  return {
    folder,
    verdict,
    story,
    terminal,
    repeat: plan.repeat,
    ...(gone.aborted ? { engineGone: true } : {}),
    ...(ended.kept === undefined ? {} : { kept: ended.kept }),
    ...(setUpError === undefined ? {} : { setUpError }),
  };
}

interface Ground {
  readonly images: ReadonlyMap<ComponentId, ImageRef>;
  readonly pooled: PooledClusters | undefined;
  readonly clock: ReturnType<typeof startClock>;
  readonly recorder: TaintRecorder;
  /** Aborted when the engine or a node has gone. */
  readonly lost: AbortSignal;
  readonly onRemoved: (node: Node) => void;
  readonly folder: string;
}

interface Leaving {
  readonly leave: (space: RunSpace) => Promise<void>;
  readonly run: string;
  /** These clusters can serve the next rehearsal. */
  readonly reusable: (clusters: PooledClusters) => void;
}

/** Never throws: what went wrong is journalled, and given as `setUpError` where the script was not reached. */
async function setUpAndPerform(
  options: RehearsalOptions,
  scenario: Scenario,
  { images, pooled, clock, recorder, lost, onRemoved, folder }: Ground,
  teardown: AsyncDisposableStack,
  { leave, run, reusable }: Leaving,
): Promise<{ readonly kept?: string; readonly setUpError?: unknown }> {
  const { engine, progress, seed, keep = false } = options;
  const signal = AbortSignal.any([options.signal, lost]);
  const scriptOver = new AbortController();
  const scriptSignal = AbortSignal.any([signal, scriptOver.signal]);
  recorder.event({ type: "phase", phase: "set-up" });
  let environment: Environment;
  try {
    environment = await (options.setUp ?? setUp)(
      {
        ...{ engine, pooled, leave, scenario, seed, keep, images, clock, recorder, progress },
        ...{ onRemoved, signal, scriptSignal },
      },
      teardown,
    );
  } catch (error) {
    recorder.event({ type: "note", level: "error", text: `set-up failed: ${messageOf(error)}` });
    return { setUpError: error };
  }
  const { space, reused, clusters, loads, faults, stage } = environment;
  const performer = {
    script: () =>
      scenario.run(stage).finally(() => {
        scriptOver.abort(new LabError({ code: "interrupted", message: "the script has ended" }));
      }),
    faults,
    loads: Object.values(loads),
    replicated: Object.values(clusters).flatMap((cluster) => cluster.replicated ?? []),
    saveLogs: () => space.saveLogs(logsFolder(folder), reused ? clock.startedAt : undefined),
  };
  await performPhases(performer, { recorder, progress, interrupted: options.signal, lost });
  if (signal.aborted) return {};
  if (keep) {
    await rememberStanding(space.run, scenario.topology);
    space.keep();
    return { kept: space.run };
  }
  if (options.pool === undefined) return {};
  const [taint] = recorder.taints;
  if (taint === undefined) reusable({ space, topology: scenario.topology, images, lastRun: run });
  else {
    progress.task("clusters are not used again").done(taint);
    recorder.event({ type: "note", level: "info", text: `the clusters are not used again: ${taint}` });
  }
  return {};
}

/** At the end, clusters that can serve again go to the pool, and others are taken down. */
function leaveClusters(pool: ClusterPool | undefined): Pick<Leaving, "leave" | "reusable"> {
  let untainted: PooledClusters | undefined;
  return {
    reusable(clusters) {
      untainted = clusters;
    },
    async leave(space) {
      if (untainted?.space === space) pool?.leave(untainted);
      else await space[Symbol.asyncDispose]();
    },
  };
}

/** Notices nodes that somebody else removed, and journals them, by which the run is judged. */
function watchRemovals(recorder: TaintRecorder): {
  readonly removed: AbortSignal;
  readonly onRemoved: (node: Node) => void;
} {
  const controller = new AbortController();
  return {
    removed: controller.signal,
    onRemoved({ name }) {
      recorder.event({ type: "node-state", node: name, state: "removed" });
      if (controller.signal.aborted) return;
      const message = `${name} was removed from outside`;
      controller.abort(new LabError({ code: "node-failed", message, hint: "leave the run's containers alone" }));
    },
  };
}

/** For baselines and trends; without them the verdict stands. */
function keepFigures(runs: string, plan: Plan, verdict: VerdictFile, progress: Progress): void {
  try {
    appendHistory(historyFile(runs), wholeHistoryEntry(plan, verdict));
  } catch (error) {
    progress.task("figures for later comparisons").failed(messageOf(error));
  }
}

/** Never throws: the verdict stands, and what could not be healed is gone with its nodes. */
async function cleanUp(teardown: AsyncDisposableStack, lost: AbortSignal, progress: Progress): Promise<void> {
  if (lost.aborted) {
    progress.task("clean-up").failed(`${messageOf(lost.reason)}; what is left is removed by the watchdog`);
    await withLimit("the clean-up", CLEAN_UP_OF_WHAT_IS_LOST, teardown.disposeAsync()).catch(() => undefined);
    return;
  }
  await teardown.disposeAsync().catch((error: unknown) => {
    progress.task("clean-up").failed(messageOf(error));
  });
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
