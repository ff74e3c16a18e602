/** A reader of a load: starts and kills its process, and journals what it reads and commits. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Recorder } from "../../../journal/recorder.ts";
import { LabError } from "../../../errors.ts";
import { every, milliseconds, seconds, sleep, withLimit } from "../../../time.ts";
import type { RunClock } from "../../../time.ts";
import { Membership, type Holders } from "./membership.ts";
import { outcomeOfCommit } from "./outcomes.ts";
import type { FromReader, ReaderOrders, ToReader } from "./reader-protocol.ts";
import type { KillableClient } from "../../../load/index.ts";

const program = fileURLToPath(new URL("./reader-process.ts", import.meta.url));
const RESTART_PAUSE = seconds(1);
const MEMBERSHIP_TICK = milliseconds(100);
/** A group waits for a member that joins again for as long as a session, and the answer takes its way. */
const JOIN_GRACE = seconds(5);

export interface ReaderOptions {
  readonly load: string;
  /** `reader-1` */
  readonly name: string;
  readonly orders: Omit<ReaderOrders, "firstAssignment" | "clientId">;
  /** Shared by the readers of the load. */
  readonly holders: Holders;
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
  const membership = new Membership({
    load,
    reader: name,
    sessionTimeoutMs: options.orders.sessionTimeoutMs,
    joinLimitMs: options.orders.sessionTimeoutMs + JOIN_GRACE,
    holders: options.holders,
    recorder,
    clock,
  });
  const checks = every(MEMBERSHIP_TICK, () => membership.check());
  let child: ChildProcess | undefined;
  let wanted = false;
  let disposed = false;
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
        membership.joined(message.partitions);
        break;
      case "rebalancing":
        membership.rebalancing();
        break;
      case "heartbeat":
        membership.alive("a heartbeat");
        break;
      case "gave-up":
        membership.gaveUp(`${message.error}; ${message.again ? "it joins again" : "its process is started again"}`);
        note(message.again ? "info" : "warning", `its client library gave up: ${message.error}`);
        break;
      case "stood-still": {
        const fromMs = Math.max(0, clock.now() - message.agoMs);
        recorder.event({ type: "lateness", of: "event-loop", load, client: name, fromMs, maxMs: message.maxMs });
        break;
      }
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
        if (message.error === "") membership.alive("a commit");
        if (message.error === "UNKNOWN_MEMBER_ID") membership.unknownToGroup();
        commitEnded(message.partition, message.offset, outcomeOfCommit(message.error), message.error);
        break;
      case "error":
        membership.trouble(message.text);
        break;
      case "trouble":
        membership.trouble(message.text);
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
      if (disposed) return;
      if (!wanted) {
        membership.ended("its process was killed");
        return;
      }
      const how = `its process ended by itself (${signal ?? `code ${code ?? "unknown"}`}): ${complaint.trim() || "no word"}`;
      membership.ended(`${how}; it is started again`);
      note("warning", how);
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
    async [Symbol.asyncDispose]() {
      checks[Symbol.dispose]();
      disposed = true;
      await kill();
    },
  };
}
