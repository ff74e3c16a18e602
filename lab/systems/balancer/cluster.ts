/** Starting a balancer, and what the rest of the lab asks of it. */
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import type { Recorder } from "../../journal/recorder.ts";
import { every, milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { attachNodes, bringUp, replaceFile } from "../nodes.ts";
import type { Plan } from "../nodes.ts";
import { waitReady } from "../waiting.ts";
import type { Cluster, ClusterContext, System } from "../types.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Address, Endpoint } from "../endpoint.ts";
import { ADMIN_SOCKET, CONFIGURATION_PATH, configurationOf, planBalancer, serverSettings } from "./layout.ts";
import type { NodesOf } from "./layout.ts";
import { checkBalancerSpec, STATISTICS_PORT } from "./spec.ts";
import type { BalancerSpec } from "./spec.ts";
import { askServers } from "./state.ts";
import type { Server } from "./state.ts";

const START_LIMIT = seconds(60);
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

/** The balancer as the lab's registry knows it; `nodesOf` tells it who its servers are. */
export function balancer(nodesOf: NodesOf): System<BalancerSpec, BalancerCluster> {
  const planOf =
    (spec: BalancerSpec): Plan =>
    (context) =>
      planBalancer(spec, context, nodesOf);
  return {
    needs: (spec) => [...new Set(Object.values(spec.backends).map(({ cluster }) => cluster))],
    plan: (spec, context) => planOf(spec)(context),
    start: (spec, context) => startBalancer(spec, context, planOf(spec), nodesOf),
    attach: (spec, context) => new StartedBalancer(spec, context, attachNodes(planOf(spec), context), nodesOf),
  };
}

/** Ready when all servers are up; watches them from then on. @throws LabError `cluster-not-ready` */
async function startBalancer(
  spec: BalancerSpec,
  context: ClusterContext,
  plan: Plan,
  nodesOf: NodesOf,
): Promise<BalancerCluster> {
  checkBalancerSpec(spec);
  return bringUp<StartedBalancer>(context, {
    what: `before ${Object.keys(spec.backends).join(", ")}`,
    plan,
    made: (nodes) => new StartedBalancer(spec, context, nodes, nodesOf),
    untilReady: (cluster, note) => {
      note("waiting until all servers are up");
      return cluster.ready({ within: START_LIMIT });
    },
  });
}

class StartedBalancer implements BalancerCluster {
  readonly system = "balancer";
  readonly name: string;
  readonly spec: BalancerSpec;
  readonly nodes: readonly Node[];
  readonly endpoints: readonly Endpoint[];
  readonly #node: Node;
  readonly #context: ClusterContext;
  readonly #nodesOf: NodesOf;
  /** As it is now: what grew, it was told. */
  #topology: ClusterContext["topology"];
  #watch: Disposable | undefined;

  constructor(spec: BalancerSpec, context: ClusterContext, nodes: readonly Node[], nodesOf: NodesOf) {
    const [node] = nodes;
    if (node === undefined) throw new LabError({ code: "internal", message: `${context.name} was planned no node` });
    this.name = context.name;
    this.spec = spec;
    this.nodes = nodes;
    this.#context = context;
    this.#topology = context.topology;
    this.#nodesOf = nodesOf;
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
    const what = `${this.name} (before ${Object.keys(this.spec.backends).join(", ")})`;
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
    this.#topology = { ...this.#topology, [peer.name]: peer.spec };
    const content = configurationOf(this.spec, (cluster) => this.#nodesOf(cluster, this.#topology));
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
