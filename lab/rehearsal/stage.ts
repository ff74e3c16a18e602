/** What a scenario's script is given: the started clusters and loads by name, and the means to act. */
import type { Progress } from "../engine/index.ts";
import { messageOf } from "../errors.ts";
import { faultFront, type FaultInjector } from "../faults/index.ts";
import type { Recorder } from "../journal/recorder.ts";
import type { StartedLoad } from "../load/types.ts";
import type { Random } from "../random.ts";
import type { Cluster } from "../systems/index.ts";
import { abortable, waitFor, type Duration } from "../time.ts";
import type { rememberingRecorder } from "./recorders.ts";
import type { Loads, Scenario, Settings, Stage, Topology } from "./scenario.ts";

export interface StageOptions {
  readonly scenario: Pick<Scenario, "settings">;
  readonly clusters: Readonly<Record<string, Cluster>>;
  readonly loads: Readonly<Record<string, StartedLoad>>;
  readonly faults: Pick<FaultInjector, "inject">;
  /** The script's own stream: what it draws is journalled. */
  readonly random: Random;
  readonly recorder: ReturnType<typeof rememberingRecorder>;
  readonly progress: Progress;
  /** Aborted when the script is over, or to be: a script that goes on nevertheless can break nothing any more. */
  readonly signal: AbortSignal;
}

type AnyStage = Stage<Topology, Loads, Settings>;

export function makeStage(options: StageOptions): AnyStage {
  const { scenario, clusters, loads, faults, random, recorder, progress, signal } = options;
  const inject: FaultInjector["inject"] = async (spec) => {
    signal.throwIfAborted();
    return faults.inject(spec);
  };
  const wait = (subject: string, value: string | number | boolean, { within }: { readonly within: Duration }) =>
    waitFor(
      `${subject} to be ${value}`,
      () => {
        const seen = recorder.latest.get(subject);
        return Promise.resolve(
          seen === value ? { reached: undefined } : { seen: seen === undefined ? "not observed yet" : String(seen) },
        );
      },
      { within, signal },
    );
  const stage = {
    ...clusters,
    load: loads,
    fault: faultFront({ inject }),
    random: journalledRandom(random, "script", recorder),
    settings: scenario.settings,
    step: stepper(recorder, progress, signal),
    waitFor: wait,
    observe: (subject: string, value: string | number | boolean) =>
      recorder.event({ type: "observation", subject, value }),
  };
  // The clusters and loads are those of the scenario's own topology, so the narrower type is what it gets.
  return stage as unknown as AnyStage;
}

function stepper(recorder: Recorder, progress: Progress, signal: AbortSignal): AnyStage["step"] {
  return async (step, action) => {
    recorder.event({ type: "step-started", step });
    const task = progress.task(step);
    try {
      const result = await abortable(signal, Promise.resolve().then(action));
      recorder.event({ type: "step-ended", step });
      task.done();
      return result;
    } catch (error) {
      recorder.event({ type: "step-ended", step, error: messageOf(error) });
      task.failed(messageOf(error));
      throw error;
    }
  };
}

/** The same stream; each draw is journalled, so that a run shows what its seed came to. */
export function journalledRandom(random: Random, stream: string, recorder: Recorder): Random {
  const drawn = <T>(what: string, result: T, value: number | string | readonly string[]): T => {
    recorder.event({ type: "drawn", stream, what, value });
    return result;
  };
  const told = (value: unknown): number | string => (typeof value === "number" ? value : textOf(value));
  return {
    integer(below) {
      const value = random.integer(below);
      return drawn(`a whole number below ${below}`, value, value);
    },
    fraction() {
      const value = random.fraction();
      return drawn("a number from 0 to 1", value, value);
    },
    pick(from) {
      const element = random.pick(from);
      return drawn(`one of ${from.length}`, element, told(element));
    },
    shuffle(from) {
      const order = random.shuffle(from);
      return drawn(`an order of ${from.length}`, order, order.map(textOf));
    },
    fork: (label) => journalledRandom(random.fork(label), `${stream} ${label}`, recorder),
  };
}

const textOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
    ? value.name
    : String(value);
