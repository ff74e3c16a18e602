/** The driver of a load of batches: a process on the Spark cluster that takes orders on a port, and is started again when it ends. */
import { connect } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import type { SparkCluster } from "../cluster.ts";
import { messageOf } from "../../../errors.ts";
import type { Recorder } from "../../../journal/recorder.ts";
import { milliseconds, minutes, seconds, sleep, waitFor, withLimit } from "../../../time.ts";
import type { Look } from "../../../time.ts";
import type { KillableClient } from "../../../load/index.ts";

const READY_LIMIT = seconds(60);
/** What an order is told that nobody could take. */
export const NO_DRIVER = "there is no driver now";
const RESTART_PAUSE = seconds(1);
/** No driver is meant to live longer; its end is seen by itself. */
const LIFE_LIMIT = minutes(120);

/** A row as the driver gives it: numbers, texts and truths by the column's name. */
export type TableRow = Readonly<Record<string, unknown>>;

export interface WriteOrder {
  readonly write: number;
  readonly first: number;
  readonly rows: number;
  readonly once: boolean;
  readonly pauseMs: number;
  readonly checkOff: boolean;
}

type DriverOrder = WriteOrder | { readonly read: true } | { readonly sql: string };

/** One line of the driver's. */
interface Answer {
  readonly ready?: string;
  readonly committed?: number;
  readonly written?: number;
  readonly values?: readonly number[];
  readonly rows?: readonly TableRow[];
  readonly error?: string;
}

export interface BatchesDriver extends KillableClient, AsyncDisposable {
  /** Gives one order and waits for its answer. @throws when there is no driver, it dies first, or it answers an error. */
  order(order: DriverOrder): Promise<Answer>;
}

export interface DriverOptions {
  readonly load: string;
  readonly spark: SparkCluster;
  /** The table's place: `s3a://lakehouse/events`. */
  readonly table: string;
  readonly restart: boolean;
  readonly recorder: Recorder;
  /** Called when a batch is in the table, before its order is answered. */
  readonly committed: (batch: number) => void;
}

/** A connection to a driver that is ready. */
interface Line {
  readonly socket: Socket;
  readonly waiting: { resolve(answer: Answer): void; reject(error: Error): void }[];
}

/** Nothing runs until `start`. */
export function createDriver(options: DriverOptions): BatchesDriver {
  const { load, spark, table, restart, recorder, committed } = options;
  const { host, port } = spark.driverAddress;
  const note = (text: string): void => {
    recorder.event({ type: "note", level: "warning", text: `driver of ${load}: ${text}` });
  };
  let wanted = false;
  let pid: number | undefined;
  let line: Line | undefined;
  let life = 0;

  const hangUp = (): void => {
    pid = undefined;
    line?.socket.destroy();
    line = undefined;
  };

  const start = async (): Promise<void> => {
    const mine = (life += 1);
    // One that still runs, unseen, would write beside the new one.
    await spark.endDrivers();
    let ended: string | undefined;
    void spark
      .submit("batches", [DRIVER_PORT, load, table], { within: LIFE_LIMIT })
      .then(({ exitCode, stderr }) => `code ${exitCode}: ${stderr.trim().split("\n").slice(-3).join(" | ")}`, messageOf)
      .then((how) => {
        ended = how;
        if (mine !== life) return;
        hangUp();
        if (wanted) void again(how);
      });
    const probe = async (): Promise<Look<Line>> => {
      if (ended !== undefined) return { seen: `it ended with ${ended}` };
      return { reached: await dial(host, port, committed) };
    };
    line = await waitFor(`the driver of ${load} to take orders`, probe, {
      within: READY_LIMIT,
      every: milliseconds(200),
    });
    [pid] = await spark.drivers();
  };

  const again = async (how: string): Promise<void> => {
    note(`ended by itself (${how.slice(-600)})${restart ? ", starting it again" : ""}`);
    if (!restart) return;
    await sleep(RESTART_PAUSE);
    try {
      if (wanted) await start();
    } catch (error) {
      if (wanted) await again(messageOf(error));
    }
  };

  const kill = async (): Promise<void> => {
    wanted = false;
    life += 1;
    await spark.endDrivers();
    hangUp();
  };

  return {
    name: `driver of ${load}`,
    pid: () => pid,
    kill,
    async start() {
      wanted = true;
      await start();
    },
    order(order) {
      const current = line;
      if (current === undefined || current.socket.destroyed) return Promise.reject(new Error(NO_DRIVER));
      return new Promise((resolve, reject) => {
        const settle = (answer: Answer): void => {
          if (answer.error === undefined) resolve(answer);
          else reject(new Error(answer.error));
        };
        current.waiting.push({ resolve: settle, reject });
        current.socket.write(`${JSON.stringify(order)}\n`);
      });
    },
    async [Symbol.asyncDispose]() {
      wanted = false;
      life += 1;
      hangUp();
      // The run's nodes may be on their way out already, and their processes with them.
      await spark.endDrivers().catch(() => undefined);
    },
  };
}

/** The driver's port inside its node. */
const DRIVER_PORT = "4041";

/** Resolves with a line on which the driver has said that it is ready: the engine's proxy takes connections before that. */
async function dial(host: string, port: number, committed: (batch: number) => void): Promise<Line> {
  const socket = connect({ host, port, noDelay: true });
  const line: Line = { socket, waiting: [] };
  const said = createInterface({ input: socket });
  const ready = new Promise<Line>((resolve, reject) => {
    said.on("line", (text) => {
      const answer = JSON.parse(text) as Answer;
      if (answer.ready !== undefined) resolve(line);
      else if (answer.committed !== undefined) committed(answer.committed);
      else line.waiting.shift()?.resolve(answer);
    });
    socket.on("error", reject);
    socket.on("close", () => {
      const gone = new Error("the driver is gone");
      reject(gone);
      for (const waiting of line.waiting.splice(0)) waiting.reject(gone);
    });
  });
  said.on("error", () => undefined);
  try {
    return await withLimit("the driver's first word", seconds(5), ready);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
