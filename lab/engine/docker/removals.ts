/** Nodes whose containers somebody else removed, as the engine's own events tell it. */
import { Readable } from "node:stream";
import type Docker from "dockerode";
import { milliseconds, seconds, sleep, withLimit } from "../../time.ts";
import { NODE_LABEL, RUN_LABEL } from "../labels.ts";
import type { Node } from "../types.ts";
import { engineMessages } from "./engine-messages.ts";

export interface Removals extends Disposable {
  /** Each removed node is told once to each listener, those from before it listened too. */
  listen(listener: (node: Node) => void): Disposable;
}

/**
 * Follows the engine's events of one run from the first listener on. What happened while the events were not followed
 * (before that, or while the engine had cut them off) is found by looking. Ends when it is disposed: the run's own
 * removal is to be told to nobody.
 */
export function watchRemovals(docker: Docker, run: string, nodes: () => readonly Node[]): Removals {
  const listeners = new Set<(node: Node) => void>();
  const gone = new Set<Node>();
  const stop = new AbortController();
  const isStopped = (): boolean => stop.signal.aborted;
  let following = false;

  const note = (containerId: string): void => {
    const node = nodes().find((each) => each.containerId === containerId);
    if (node === undefined || gone.has(node) || isStopped()) return;
    gone.add(node);
    for (const listener of listeners) listener(node);
  };

  const look = async (): Promise<void> => {
    const known = nodes();
    const filters = { label: [`${RUN_LABEL}=${run}`, NODE_LABEL] };
    const seen = new Set((await docker.listContainers({ all: true, filters })).map(({ Id }) => Id));
    for (const { containerId } of known) if (!seen.has(containerId)) note(containerId);
  };

  /** Until the engine ends its answer. */
  const followOnce = async (): Promise<void> => {
    const label = [`${RUN_LABEL}=${run}`, NODE_LABEL];
    const filters: Docker.GetEventsOptions["filters"] = { type: ["container"], event: ["destroy"], label };
    const opened = docker.getEvents({ filters, abortSignal: stop.signal });
    const answer = await withLimit("the engine's events", seconds(10), opened);
    if (!(answer instanceof Readable)) throw new Error("the engine's events cannot be read");
    const end = (): void => void answer.destroy();
    stop.signal.addEventListener("abort", end, { once: true });
    try {
      // After the events have begun, so that nothing falls between.
      await look();
      for await (const event of engineMessages<RemovalEvent>(answer)) note(event.Actor?.ID ?? "");
    } finally {
      stop.signal.removeEventListener("abort", end);
      answer.destroy();
    }
  };

  const follow = async (): Promise<void> => {
    for (;;) {
      // An engine that does not answer is somebody else's to notice; this looks again.
      await followOnce().catch(() => undefined);
      if (isStopped()) return;
      await sleep(milliseconds(500));
    }
  };

  return {
    listen(listener) {
      listeners.add(listener);
      for (const node of gone) listener(node);
      if (!following) {
        following = true;
        void follow();
      }
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.dispose]() {
      stop.abort();
    },
  };
}

interface RemovalEvent {
  readonly Actor?: { readonly ID?: string };
}
