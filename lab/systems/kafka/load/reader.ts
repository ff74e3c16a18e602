/** A reader of a load: starts and kills its process, and journals what it reads and commits. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Recorder } from "../../../journal/recorder.ts";
import { LabError } from "../../../errors.ts";
import { seconds, sleep, withLimit } from "../../../time.ts";
import type { RunClock } from "../../../time.ts";
import { outcomeOfCommit } from "./outcomes.ts";
import type { FromReader, ReaderOrders, ToReader } from "./reader-protocol.ts";
import type { KillableClient } from "../../../load/types.ts";

const program = fileURLToPath(new URL("./reader-process.ts", import.meta.url));
const RESTART_PAUSE = seconds(1);

export interface ReaderOptions {
  readonly load: string;
  /** `reader-1` */
  readonly name: string;
  readonly orders: Omit<ReaderOrders, "firstAssignment" | "clientId">;
  readonly recorder: Recorder;
  readonly clock: RunClock;
  keyNumber(visitor: string): number;
  /** Called for each record, after it was journalled. */
  onRead(value: number, partition: number, offset: number): void;
}

export interface LoadReader extends KillableClient, AsyncDisposable {
  /** Resolves when it has been given partitions for the first time. @throws LabError `load-failed` */
  joined(): Promise<void>;
}

export function createReader(options: ReaderOptions): LoadReader {
  const { load, name, recorder, clock } = options;
  const note = (level: "info" | "warning", text: string): void => {
    recorder.event({ type: "note", level, text: `${name} of ${load}: ${text}` });
  };
  let child: ChildProcess | undefined;
  let wanted = false;
  let nextAssignment = 1;
  let firstJoin: () => void = () => undefined;
  const join = new Promise<void>((resolve) => {
    firstJoin = resolve;
  });
  const committing = new Map<number, { offset: number; startMs: number }>();

  const commitEnded = (
    partition: number,
    offset: number,
    outcome: "ok" | "failed" | "unknown",
    error: string,
  ): void => {
    const endMs = clock.now();
    const startMs = committing.get(partition)?.startMs ?? endMs;
    committing.delete(partition);
    const times = { intendedMs: startMs, startMs, endMs };
    recorder.operation({
      load,
      client: name,
      action: "commit",
      outcome,
      error,
      value: -1,
      key: 0,
      partition,
      offset,
      ...times,
    });
  };

  const onMessage = (from: ChildProcess, message: FromReader): void => {
    switch (message.type) {
      case "joined":
        nextAssignment = message.assignment + 1;
        firstJoin();
        for (const partition of message.partitions) {
          recorder.event({
            type: "role",
            subject: `${load} reader of ${options.orders.topic}/${partition}`,
            holder: name,
          });
        }
        break;
      case "records": {
        const atMs = clock.now();
        const { assignment, partition, batch } = message;
        message.values.forEach((value, index) => {
          const offset = message.offsets[index] ?? -1;
          const key = options.keyNumber(message.keys[index] ?? "");
          recorder.read({ load, client: name, value, key, partition, offset, assignment, atMs });
          options.onRead(value, partition, offset);
        });
        from.send({ type: "recorded", batch } satisfies ToReader, () => undefined);
        break;
      }
      case "committing":
        committing.set(message.partition, { offset: message.offset, startMs: clock.now() });
        break;
      case "committed":
        commitEnded(message.partition, message.offset, outcomeOfCommit(message.error), message.error);
        break;
      case "trouble":
        note("info", message.text);
        break;
    }
  };

  const start = (): void => {
    const orders: ReaderOrders = { ...options.orders, clientId: `${load}-${name}`, firstAssignment: nextAssignment };
    const started = fork(program, [JSON.stringify(orders)], {
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    child = started;
    let complaint = "";
    started.stderr?.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("utf8")).slice(-2_000);
    });
    started.on("message", (message) => {
      onMessage(started, message as FromReader);
    });
    started.on("error", (error) => {
      note("warning", error.message);
    });
    started.on("exit", (code, signal) => {
      if (child === started) child = undefined;
      // What it was committing may have reached the coordinator.
      for (const [partition, { offset }] of [...committing]) commitEnded(partition, offset, "unknown", "killed");
      if (!wanted) return;
      note("warning", `ended by itself (${signal ?? `code ${code ?? "unknown"}`}): ${complaint.trim() || "no word"}`);
      void sleep(RESTART_PAUSE).then(() => {
        if (wanted && child === undefined) start();
      });
    });
  };

  const kill = async (): Promise<void> => {
    wanted = false;
    const running = child;
    if (running === undefined) return;
    const gone = new Promise<void>((resolve) => running.once("exit", () => resolve()));
    running.kill("SIGKILL");
    await withLimit(`the end of ${name} of ${load}`, seconds(5), gone);
  };

  return {
    name: `${name} of ${load}`,
    pid: () => child?.pid,
    kill,
    start() {
      wanted = true;
      if (child === undefined) start();
      return Promise.resolve();
    },
    async joined() {
      try {
        await withLimit(`${name} of ${load} to join its group`, seconds(30), join);
      } catch (cause) {
        throw new LabError({
          code: "load-failed",
          message: `${name} of ${load} did not join its group within 30 s`,
          cause,
        });
      }
    },
    [Symbol.asyncDispose]: kill,
  };
}
