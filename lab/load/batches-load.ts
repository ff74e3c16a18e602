/** Batches offered to a Delta table through a Spark driver; the table is read whole at the end. */
import type { SparkCluster } from "../clusters/spark/index.ts";
import { LabError, messageOf } from "../errors.ts";
import type { Recorder } from "../journal/recorder.ts";
import { every, milliseconds, seconds, sleep, waitFor } from "../time.ts";
import type { Look, RunClock } from "../time.ts";
import { createDriver } from "./batches-driver.ts";
import type { BatchesDriver } from "./batches-driver.ts";
import { checkBatchesSpec } from "./batches-spec.ts";
import type { BatchesSpec } from "./batches-spec.ts";
import { startOperations } from "./operations.ts";
import type { Done, Order } from "./operations.ts";
import type { KillableClient, StartedLoad } from "./types.ts";

const TRY_AGAIN_AFTER = milliseconds(300);
const WRITER = "driver";
const READER = "reader";

export interface BatchesLoadOptions {
  readonly name: string;
  readonly spec: BatchesSpec;
  readonly spark: SparkCluster;
  readonly recorder: Recorder;
  readonly clock: RunClock;
}

/** Starts the driver, and offers batches once it takes orders. @throws LabError `load-failed` */
export async function startBatchesLoad(options: BatchesLoadOptions): Promise<StartedLoad> {
  const { name, spec, spark, recorder, clock } = options;
  checkBatchesSpec(spec);
  const bucket = spec.lake.slice(spec.lake.indexOf(".") + 1);
  const table = `s3a://${bucket}/${spec.table}`;
  await using stack = new AsyncDisposableStack();
  const driver = stack.use(createDriver({ load: name, spark, table, restart: spec.restart, recorder }));
  try {
    await driver.start();
  } catch (cause) {
    throw new LabError({ code: "load-failed", message: `load ${name} has no driver: ${messageOf(cause)}`, cause });
  }
  const executor = stack.use(watchExecutor(name, spark));
  const rowsOf = (number: number, outcome: Done[number]["outcome"], error = ""): Done =>
    Array.from({ length: spec.rowsPerBatch }, (_, row) => ({
      action: "add",
      outcome,
      error,
      value: number * spec.rowsPerBatch + row,
    }));
  const load = startOperations({
    name,
    rate: spec.rate,
    clients: [WRITER],
    timeout: spec.timeout,
    recorder,
    clock,
    perform: async (order) => {
      await writeBatch(driver, spec, order);
      return rowsOf(order.number, "ok");
    },
    unfinished: ({ number }, outcome, error) => rowsOf(number, outcome, error),
    finalReads: readWhole(name, driver, recorder, clock),
    close: () => Promise.resolve(),
  });
  const opened = stack.move();
  return {
    name,
    clients: [driver, executor],
    acknowledged: (count, limits) => load.acknowledged(count, limits),
    read: (count, limits) => load.read(count, limits),
    runFor: (span) => load.runFor(span),
    stop: () => load.stop(),
    drain: (limits) => load.drain(limits),
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync();
      await load[Symbol.asyncDispose]();
    },
  };
}

/** Tries until the driver says that the batch is written; after a death nobody knows whether it was. */
async function writeBatch(driver: BatchesDriver, spec: BatchesSpec, { number, signal }: Order): Promise<void> {
  const order = {
    write: number,
    first: number * spec.rowsPerBatch,
    rows: spec.rowsPerBatch,
    once: spec.once,
    pauseMs: spec.acknowledgeAfter,
  };
  for (;;) {
    signal.throwIfAborted();
    try {
      await driver.order(order);
      return;
    } catch {
      await sleep(TRY_AGAIN_AFTER, signal);
    }
  }
}

/** Reads the table as its newest version has it, and journals every row. */
function readWhole(load: string, driver: BatchesDriver, recorder: Recorder, clock: RunClock): () => Promise<string> {
  let assignment = 0;
  return async () => {
    assignment += 1;
    const startMs = clock.now();
    const { values = [] } = await driver.order({ read: true });
    const endMs = clock.now();
    const nowhere = { key: 0, partition: -1, offset: -1 };
    for (const value of values) {
      recorder.read({ load, client: READER, value, ...nowhere, assignment, atMs: endMs });
    }
    const times = { intendedMs: startMs, startMs, endMs };
    recorder.operation({
      load,
      client: READER,
      action: "read",
      outcome: "ok",
      error: "",
      value: assignment,
      ...nowhere,
      ...times,
    });
    return `the table was read whole: ${values.length} rows`;
  };
}

/** One executor of the load's, as something to kill. Spark starts another by itself; `start` waits for that. */
function watchExecutor(load: string, spark: SparkCluster): KillableClient & AsyncDisposable {
  let seen: { readonly pid: number; readonly count: number } | undefined;
  let down = false;
  const look = async (): Promise<void> => {
    const executors = await spark.executors();
    const [first] = executors;
    seen = down || first === undefined ? undefined : { pid: first.pid, count: executors.length };
  };
  const looks = every(seconds(2), look);
  return {
    name: `executor-1 of ${load}`,
    pid: () => seen?.pid,
    async kill() {
      const [victim] = await spark.executors();
      if (victim === undefined) throw new LabError({ code: "fault-failed", message: `${load} has no executor now` });
      const gone = async (): Promise<Look<true>> => {
        await victim.node.exec(["kill", "-9", String(victim.pid)]);
        const left = (await spark.executors()).some(({ node, pid }) => node === victim.node && pid === victim.pid);
        return left ? { seen: "it still runs" } : { reached: true };
      };
      down = true;
      seen = undefined;
      await waitFor(`executor ${victim.pid} on ${victim.node.name} to end`, gone, {
        within: seconds(5),
        every: milliseconds(50),
      });
    },
    async start() {
      down = false;
      await look();
    },
    [Symbol.asyncDispose]() {
      looks[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
