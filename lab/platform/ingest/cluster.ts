/** The ingest service's replicas that run, and what the rest of the lab asks of them. */
import type { Node } from "../../engine/types.ts";
import type { Random } from "../../random.ts";
import { addressOf, textOf, type Address, type Endpoint } from "../../systems/endpoint.ts";
import type { Cluster, ClusterContext } from "../../systems/types.ts";
import { nobody, waitReady } from "../../systems/waiting.ts";
import { every, milliseconds, type Duration, type Look } from "../../time.ts";
import { HTTP_PORT } from "./layout.ts";
import { describeIngest, type IngestSpec } from "./spec.ts";

export interface IngestCluster extends Cluster {
  readonly spec: IngestSpec;
  /** Where clients on the host reach each replica, in the order of the nodes. */
  readonly replicas: readonly Address[];
}

const WATCH_EVERY = milliseconds(500);
const ANSWER_LIMIT_MS = 1_000;
/** It asks Kafka, which it gives two seconds. */
const READY_LIMIT_MS = 2_500;

export class StartedIngest implements IngestCluster {
  readonly system = "ingest";
  readonly name: string;
  readonly spec: IngestSpec;
  readonly nodes: readonly Node[];
  readonly replicas: readonly Address[];
  readonly endpoints: readonly Endpoint[];
  readonly #context: ClusterContext;
  #watch: Disposable | undefined;

  constructor(spec: IngestSpec, context: ClusterContext, nodes: readonly Node[]) {
    this.name = context.name;
    this.spec = spec;
    this.nodes = nodes;
    this.#context = context;
    this.replicas = nodes.map((node) => addressOf(node, HTTP_PORT));
    this.endpoints = nodes.map((node) => {
      const address = addressOf(node, HTTP_PORT);
      const example = `curl http://${textOf(address)}/readyz`;
      return { name: `${this.name}: replica ${node.name}`, ...address, example };
    });
  }

  watch(): void {
    let seen: number | undefined;
    this.#watch ??= every(WATCH_EVERY, async () => {
      const value = (await this.#readyNodes()).length;
      if (value === seen) return;
      seen = value;
      this.#context.recorder.event({ type: "observation", subject: `ready replicas of ${this.name}`, value });
    });
  }

  async resolve(phrase: string, random: Random): Promise<readonly Node[] | undefined> {
    if (phrase !== "an ingest replica") return undefined;
    const ready = await this.#readyNodes();
    if (ready.length === 0) throw nobody(`ready replica of ${this.name}`);
    return [random.pick(ready)];
  }

  async answers(node: Node): Promise<boolean> {
    if (!this.nodes.includes(node)) return false;
    return (await ask(node, "/healthz", ANSWER_LIMIT_MS)) === "";
  }

  ready({ within }: { readonly within: Duration }): Promise<void> {
    const what = `${this.name} (${describeIngest(this.spec)})`;
    return waitReady({ what, nodes: this.nodes, within, look: () => this.#look() });
  }

  /** It keeps nothing: what it acknowledged is in Kafka. */
  reset({ within }: { readonly within: Duration }): Promise<void> {
    return this.ready({ within });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    return Promise.resolve();
  }

  async #readyNodes(): Promise<readonly Node[]> {
    const asked = await this.#ask();
    return asked.flatMap(({ node, answer }) => (answer === "" ? [node] : []));
  }

  async #look(): Promise<Look<true>> {
    const out = (await this.#ask()).filter(({ answer }) => answer !== "");
    if (out.length === 0) return { reached: true };
    return { seen: out.map(({ node, answer }) => `${node.name}: ${answer}`).join("; ") };
  }

  /** What each replica says of being ready; empty: it is. */
  #ask(): Promise<readonly { readonly node: Node; readonly answer: string }[]> {
    return Promise.all(this.nodes.map(async (node) => ({ node, answer: await ask(node, "/readyz", READY_LIMIT_MS) })));
  }
}

/** Empty when it answers with 200, else what it says. */
async function ask(node: Node, path: string, limitMs: number): Promise<string> {
  try {
    const signal = AbortSignal.timeout(limitMs);
    const answer = await fetch(`http://${textOf(addressOf(node, HTTP_PORT))}${path}`, { signal });
    const text = await answer.text();
    return answer.ok ? "" : `${answer.status} ${text}`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
