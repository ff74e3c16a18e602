/** A balancer that runs, and what the rest of the lab asks of it. */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { replaceFile } from "../nodes.ts";
import { waitReady } from "../waiting.ts";
import type { Cluster, ClusterContext } from "../types.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Address, Endpoint } from "../endpoint.ts";
import { ADMIN_SOCKET, CONFIGURATION_PATH, configurationOf, serverSettings } from "./layout.ts";
import { describeBalancer, STATISTICS_PORT } from "./spec.ts";
import type { BalancerSpec } from "./spec.ts";
import { askServers } from "./state.ts";
import type { Server } from "./state.ts";

export const START_LIMIT = seconds(60);
const WATCH_EVERY = milliseconds(250);

export interface BalancerCluster extends Cluster {
  readonly spec: BalancerSpec;
  /** Where clients on the host reach a backend. @throws LabError `bad-usage` when there is no such backend. */
  address(backend: string): Address;
  /** All servers as the balancer sees them now. @throws when it does not answer. */
  servers(): Promise<readonly Server[]>;
  /** Gives the server no new connections; those that it has go on. @throws LabError `cluster-not-ready` when refused. */
  drain(backend: string, server: string): Promise<void>;
  /** Gives the server connections again. @throws LabError `cluster-not-ready` when refused. */
  enable(backend: string, server: string): Promise<void>;
}

/** A balancer whose node runs; ready or not. */
export class StartedBalancer implements BalancerCluster {
  readonly system = "balancer";
  readonly name: string;
  readonly spec: BalancerSpec;
  readonly nodes: readonly Node[];
  readonly endpoints: readonly Endpoint[];
  readonly #node: Node;
  readonly #context: ClusterContext;
  /** Names of the nodes of clusters that have other ones since it was started. */
  readonly #changed = new Map<string, readonly string[]>();
  #watch: Disposable | undefined;

  constructor(spec: BalancerSpec, context: ClusterContext, nodes: readonly Node[]) {
    const [node] = nodes;
    if (node === undefined) throw new LabError({ code: "internal", message: `${context.name} was planned no node` });
    this.name = context.name;
    this.spec = spec;
    this.nodes = nodes;
    this.#context = context;
    this.#node = node;
    this.endpoints = [
      {
        name: `${this.name}: statistics`,
        ...this.#statistics,
        example: `curl http://${textOf(this.#statistics)}/metrics`,
      },
      ...Object.entries(spec.backends).map(([backend, { mode }]) => {
        const address = this.address(backend);
        const example = mode === "http" ? `curl http://${textOf(address)}/` : `nc ${address.host} ${address.port}`;
        return { name: `${this.name}: before ${backend}`, ...address, example };
      }),
    ];
  }

  address(backend: string): Address {
    return addressOf(this.#node, this.#backend(backend).listen);
  }

  servers(): Promise<readonly Server[]> {
    return askServers(this.#statistics);
  }

  drain(backend: string, server: string): Promise<void> {
    return this.#order(`set server ${backend}/${server} state drain`);
  }

  enable(backend: string, server: string): Promise<void> {
    return this.#order(`set server ${backend}/${server} state ready`);
  }

  watch(): void {
    this.#watch ??= watchServers(this.#statistics, Object.keys(this.spec.backends), this.#context.recorder);
  }

  resolve(phrase: string): Promise<readonly Node[] | undefined> {
    return Promise.resolve(phrase === "balancer" || phrase === "the balancer" ? this.nodes : undefined);
  }

  async answers(node: Node): Promise<boolean> {
    if (!this.nodes.includes(node)) return false;
    return this.servers().then(
      () => true,
      () => false,
    );
  }

  ready({ within }: { readonly within: Duration }): Promise<void> {
    const what = `${this.name} (${describeBalancer(this.spec)})`;
    return waitReady({ what, nodes: this.nodes, within, look: () => this.#look() });
  }

  /** It keeps nothing but the orders that it was given. */
  async reset({ within }: { readonly within: Duration }): Promise<void> {
    for (const { backend, name } of await this.servers()) await this.enable(backend, name);
    await this.#order("clear counters all");
    await this.ready({ within });
  }

  /**
   * The file is for its next start. What runs is told through the admin socket, so that nothing is reloaded: sessions
   * go on, and who was drained or down stays so.
   */
  async onPeerChange(peer: Cluster): Promise<void> {
    const backends = Object.entries(this.spec.backends).filter(([, { cluster }]) => cluster === peer.name);
    if (backends.length === 0) return;
    this.#changed.set(
      peer.name,
      peer.nodes.map(({ name }) => name),
    );
    const content = configurationOf(
      this.spec,
      (cluster) => this.#changed.get(cluster) ?? this.#context.nodesOf(cluster),
    );
    await replaceFile(this.#node, CONFIGURATION_PATH, content);
    const known = new Set((await this.servers()).map(nameOf));
    const added: string[] = [];
    for (const [backend, settings] of backends) {
      for (const node of peer.nodes) {
        const server = nameOf({ backend, name: node.name });
        if (known.has(server)) continue;
        // The address: a server that is added while it runs is never looked up by its name.
        const add = `add server ${server} ${node.address}:${settings.port} ${serverSettings(settings)}`;
        await this.#order(`${add}; enable health ${server}; enable server ${server}`, "New server registered.");
        added.push(server);
      }
    }
    const what = `${this.name} to find ${added.join(", ")} up`;
    await waitFor(what, () => this.#look(added), { within: START_LIMIT, every: milliseconds(100) });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    return Promise.resolve();
  }

  get #statistics(): Address {
    return addressOf(this.#node, STATISTICS_PORT);
  }

  #backend(name: string): BalancerSpec["backends"][string] {
    const backend = this.spec.backends[name];
    if (backend !== undefined) return backend;
    throw new LabError({
      code: "bad-usage",
      message: `${this.name} has no backend ${name}`,
      hint: `it has: ${Object.keys(this.spec.backends).join(", ")}`,
    });
  }

  /** Whether all servers are up, or just these. */
  async #look(these?: readonly string[]): Promise<Look<true>> {
    const all = await this.servers();
    const servers = all.filter((server) => these?.includes(nameOf(server)) ?? true);
    // HAProxy calls a server up before its first check; only a check that went well proves it.
    const out = servers.filter(({ status, check }) => status !== "UP" || !check.endsWith("OK"));
    if (out.length === 0 && servers.length >= (these?.length ?? 1)) return { reached: true };
    return {
      seen: out.map((server) => `${nameOf(server)} ${server.status} (${server.check})`).join(", "),
    };
  }

  /** An order that is obeyed is answered with nothing, or with its own word. */
  async #order(order: string, obeyed = ""): Promise<void> {
    const command = `printf '%s\\n' "$1" | socat -t 2 - UNIX-CONNECT:${ADMIN_SOCKET}`;
    const { stdout, stderr, exitCode } = await this.#node.exec(["sh", "-c", command, "sh", order]);
    const said = `${stdout}${stderr}`.trim();
    if (exitCode === 0 && said === obeyed) return;
    throw new LabError({ code: "cluster-not-ready", message: `${this.name} refused "${order}": ${said}` });
  }
}

/** As HAProxy's orders name a server. */
const nameOf = ({ backend, name }: Pick<Server, "backend" | "name">): string => `${backend}/${name}`;

/** Journals `up servers of BACKEND` when it changes; while the balancer is silent, what was seen last stands. */
function watchServers(address: Address, backends: readonly string[], recorder: Recorder): Disposable {
  const seen = new Map<string, number>();
  return every(WATCH_EVERY, async () => {
    const servers = await askServers(address);
    for (const backend of backends) {
      const value = servers.filter((server) => server.backend === backend && server.status === "UP").length;
      if (seen.get(backend) === value) continue;
      seen.set(backend, value);
      recorder.event({ type: "observation", subject: `up servers of ${backend}`, value });
    }
  });
}
