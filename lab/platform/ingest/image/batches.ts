/**
 * Gathers the events of many requests into few sends: those that come while a send is under way, or within the linger,
 * go together in the next. Each request is told when all of its own are acknowledged. Knows no Kafka.
 */
import type { Event } from "./events.ts";

/** Sends events and resolves when every one is acknowledged; rejects when that is not sure of any. */
export type Send = (events: readonly Event[]) => Promise<void>;

export interface Batches {
  /** Resolves when all are acknowledged. Rejects with what `send` rejected with: some of them may be in Kafka, or none. */
  add(events: readonly Event[]): Promise<void>;
  /** Events that wait or are under way. */
  readonly pending: number;
  /** Resolves when nothing waits and nothing is under way. */
  idle(): Promise<void>;
}

export interface BatchesOptions {
  readonly send: Send;
  /** How long a first event waits for company, in milliseconds. */
  readonly lingerMs: number;
  /** Events that go without waiting any longer. */
  readonly mostEvents: number;
  /** Sends at the same time; their order is not kept. 1 keeps the order of events. */
  readonly atOnce: number;
}

interface Waiting {
  readonly events: readonly Event[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export function batches({ send, lingerMs, mostEvents, atOnce }: BatchesOptions): Batches {
  let waiting: Waiting[] = [];
  let waitingEvents = 0;
  let underWay = 0;
  let underWayEvents = 0;
  let timer: NodeJS.Timeout | undefined;
  let whenIdle: (() => void)[] = [];

  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (underWay >= atOnce || waiting.length === 0) return;
    const batch = waiting;
    const count = waitingEvents;
    waiting = [];
    waitingEvents = 0;
    underWay += 1;
    underWayEvents += count;
    const end = (tell: (each: Waiting) => void): void => {
      underWay -= 1;
      underWayEvents -= count;
      for (const each of batch) tell(each);
      flush();
      if (underWay > 0 || waiting.length > 0) return;
      for (const tellIdle of whenIdle) tellIdle();
      whenIdle = [];
    };
    void send(batch.flatMap(({ events }) => events)).then(
      () => end(({ resolve }) => resolve()),
      (error: unknown) => end(({ reject }) => reject(error)),
    );
  };

  return {
    get pending() {
      return waitingEvents + underWayEvents;
    },
    add(events) {
      if (events.length === 0) return Promise.resolve();
      return new Promise((resolve, reject) => {
        waiting.push({ events, resolve, reject });
        waitingEvents += events.length;
        if (waitingEvents >= mostEvents) flush();
        else timer ??= setTimeout(flush, lingerMs);
      });
    },
    idle() {
      if (underWay === 0 && waiting.length === 0) return Promise.resolve();
      return new Promise((resolve) => whenIdle.push(resolve));
    },
  };
}
