/** Batches offered to a Delta table through a Spark driver; the table is read whole at the end. */
import { placeOf, type LoadStart } from "../../../load/index.ts";
import type { SparkCluster } from "../cluster.ts";
import { LabError, messageOf } from "../../../errors.ts";
import type { Recorder } from "../../../journal/recorder.ts";
import { every, milliseconds, minutes, seconds, sleep, waitFor, withLimit } from "../../../time.ts";
import type { Look, RunClock } from "../../../time.ts";
import { createDriver, NO_DRIVER } from "./batches-driver.ts";
import type { BatchesDriver, TableRow, WriteOrder } from "./batches-driver.ts";
import type { BatchesSpec } from "./batches-spec.ts";
import { startOperations } from "../../../load/operations.ts";
import type { Invocation, Outcomes } from "../../../load/operations.ts";
import type { KillableClient, RunningLoad, StartedLoad } from "../../../load/index.ts";

const TRY_AGAIN_AFTER = milliseconds(300);
const STATEMENT_LIMIT = minutes(1);
const WRITER = "driver";
const READER = "reader";

/** A load of batches: its driver is the only one that may write to the table, for whoever has to. */
export interface RunningBatches extends RunningLoad {
  /**
   * Has the table for itself while `work` goes on: no batch is written meanwhile; those that become due wait, and are late.
   * `sql` has the driver run one statement, in which `{table}` is the load's table, and gives its rows.
   * @throws LabError `wait-timeout` when a statement takes longer than a minute; what the driver says went wrong with it
   */
  exclusively<R>(work: (sql: (statement: string) => Promise<readonly TableRow[]>) => Promise<R>): Promise<R>;
}

/**
 * Starts the driver, and offers batches once it takes orders. Observations: `newest batch in the table of NAME`;
 * `failed tries of NAME`, how many tries of batches ended with an error so far; `committed and not told of NAME`, how many
 * of them had their batch in the table.
 * @throws LabError `load-failed`
 */
export async function startBatchesLoad(
  options: LoadStart<BatchesSpec, SparkCluster>,
): Promise<StartedLoad & RunningBatches> {
  const { name, spec, part, cluster: spark, recorder, clock } = options;
  const bucket = placeOf({ to: spec.lake });
  const table = `s3a://${bucket}/${spec.table}`;
  await using stack = new AsyncDisposableStack();
  const tries = watchTries(name, recorder);
  const driver = stack.use(
    createDriver({
      load: name,
      spark,
      table,
      restart: spec.restart,
      recorder,
      committed: (batch) => tries.committed(batch),
    }),
  );
  try {
    await driver.start();
  } catch (cause) {
    throw new LabError({ code: "load-failed", message: `load ${name} has no driver: ${messageOf(cause)}`, cause });
  }
  const executor = stack.use(watchExecutor(name, spark));
  const rowsOf = (number: number, outcome: Outcomes[number]["outcome"], error = ""): Outcomes =>
    Array.from({ length: spec.rowsPerBatch }, (_, row) => ({
      action: "add",
      outcome,
      error,
      value: number * spec.rowsPerBatch + row,
    }));
  const writer = exclusiveWriter(name, driver);
  const load = startOperations({
    name,
    part,
    rate: spec.rate,
    clients: [WRITER],
    timeout: spec.timeout,
    recorder,
    clock,
    perform: async (invocation) => {
      await writeBatch(invocation, spec, writer, tries);
      return rowsOf(invocation.number, "ok");
    },
    unfinished: ({ number }, outcome, error) => rowsOf(number, outcome, error),
    sinks: [{ finalReads: readWhole(name, driver, recorder, clock) }],
    close: () => Promise.resolve(),
  });
  const opened = stack.move();
  return {
    name,
    clients: [driver, executor],
    acknowledged: (count, limits) => load.acknowledged(count, limits),
    read: (count, limits) => load.read(count, limits),
    runFor: (span) => load.runFor(span),
    exclusively: (work) => writer.exclusively(work),
    stop: () => load.stop(),
    drain: (limits) => load.drain(limits),
    async [Symbol.asyncDispose]() {
      await opened.disposeAsync();
      await load[Symbol.asyncDispose]();
    },
  };
}

/** Tries until the driver says that the batch is written; after a death nobody knows whether it was. */
async function writeBatch(
  { number, signal }: Invocation,
  spec: BatchesSpec,
  writer: Writer,
  tries: Tries,
): Promise<void> {
  const order = {
    write: number,
    first: number * spec.rowsPerBatch,
    rows: spec.rowsPerBatch,
    once: spec.once,
    pauseMs: spec.acknowledgeAfter,
    checkOff: spec.checkOff,
  };
  for (;;) {
    signal.throwIfAborted();
    try {
      await writer.write(order);
      return;
    } catch (error) {
      if (messageOf(error) !== NO_DRIVER) tries.failed(number);
      await sleep(TRY_AGAIN_AFTER, signal);
    }
  }
}

/** The table's one writer, whom others can send away for a while. */
interface Writer extends Pick<RunningBatches, "exclusively"> {
  /** Waits until nobody has the table for himself. @throws as the driver's `order` */
  write(order: WriteOrder): Promise<void>;
}

function exclusiveWriter(load: string, driver: BatchesDriver): Writer {
  let held: Promise<unknown> = Promise.resolve();
  const sql = async (statement: string): Promise<readonly TableRow[]> => {
    const said = driver.order({ sql: statement });
    const { rows = [] } = await withLimit(`the driver of ${load}: ${statement}`, STATEMENT_LIMIT, said);
    return rows;
  };
  return {
    async write(order) {
      await held;
      await driver.order(order);
    },
    exclusively(work) {
      const mine = held.then(() => work(sql));
      held = mine.catch(() => undefined);
      return mine;
    },
  };
}

interface Tries {
  committed(batch: number): void;
  failed(batch: number): void;
}

/** Journals how tries of batches go, which their outcomes do not tell: a batch is tried until it is acknowledged. */
function watchTries(load: string, recorder: Recorder): Tries {
  const known = new Set<number>();
  const counts = { failed: 0, untold: 0 };
  const observe = (subject: string, value: number): void => {
    recorder.event({ type: "observation", subject: `${subject} of ${load}`, value });
  };
  return {
    committed(batch) {
      known.add(batch);
      observe("newest batch in the table", batch);
    },
    failed(batch) {
      observe("failed tries", (counts.failed += 1));
      // Each batch counts once: tried again, it is known to be there.
      if (known.delete(batch)) observe("committed and not told", (counts.untold += 1));
    },
  };
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
  const observe = async (): Promise<void> => {
    const executors = await spark.executors();
    const [first] = executors;
    seen = down || first === undefined ? undefined : { pid: first.pid, count: executors.length };
  };
  const observing = every(seconds(2), observe);
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
      await observe();
    },
    [Symbol.asyncDispose]() {
      observing[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}
