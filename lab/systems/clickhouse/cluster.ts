/** A ClickHouse cluster that runs, and what the rest of the lab asks of it. */
import type { Node } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { comparedBy, scalingOf } from "../capabilities.ts";
import type { Replicated, Scaling, Schema, Storage } from "../capabilities.ts";
import type { Cluster, ClusterContext } from "../types.ts";
import type { ZooKeeperCluster } from "../zookeeper/index.ts";
import { waitReady } from "../waiting.ts";
import { dropsLate } from "./answer.ts";
import { connect } from "./client.ts";
import type { Row } from "./client.ts";
import { additionOf, growthOf, lookKnown, startAdded, propagateConfiguration } from "./scale-out.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { DATA_FOLDER, HTTP_PORT, membersOf } from "./layout.ts";
import { moveRows, placedTables } from "./move.ts";
import { forgetReplica } from "./rebuild.ts";
import { pickNodes } from "./roles.ts";
import { deploySchema, readSchema, schemaDifferences } from "./schema.ts";
import { describeClickHouse } from "./spec.ts";
import type { ClickHouseSpec } from "./spec.ts";
import { queuedOn, shardsAnswering } from "./distributed.ts";
import { answersNow, lookAnswering, lookEqual, lookMerging, lookReady, replicasOn } from "./state.ts";
import type { ClickHouseNode } from "./state.ts";
import { watchReplicas } from "./watch.ts";

export const START_LIMIT = seconds(90);

export interface ScaleOutOptions {
  /** A mutant's way: these servers are left with the configuration that they have. */
  readonly leftOut?: readonly Node[];
}

export interface ClickHouseCluster extends Cluster {
  readonly spec: ClickHouseSpec;
  readonly replicated: Replicated;
  readonly storage: Storage;
  /** By a `shard` or a `replica of shard N`. What broke off is completed by the same addition again. */
  readonly scaling: Scaling<ScaleOutOptions>;
  readonly schema: Schema;
  /** The servers of each shard, the first shard first, by their replicas' numbers. */
  readonly shards: readonly (readonly Node[])[];
  /** Asks one server. @throws LabError `bad-usage` for a node that is not of this cluster. */
  ask(node: Node, query: string): Promise<readonly Row[]>;
  /** Deploys the spec's schema to every node and verifies it. @throws LabError `cluster-not-ready` naming node and statement. */
  deploy(): Promise<void>;
  /**
   * Has every server compare its replicated tables with what ZooKeeper knows of them. A block whose insert broke off
   * between the two stays visible on one server for five minutes otherwise; it is set aside here. Only while nobody inserts:
   * 18.16 takes a block that is inserted meanwhile for one that it lost, and then it is (docs/rehearsals.md).
   */
  restartReplicas(): Promise<void>;
  /**
   * Rebuilds servers that run but have lost their disks: what ZooKeeper still knows of their replicas is deleted, and the
   * schema deployed again, so that they are new replicas that copy all from their peers (upstream's recovery after
   * complete data loss: https://clickhouse.com/docs/engines/table-engines/mergetree-family/replication). Resolves when
   * their tables take inserts; what is to be copied may still be on its way.
   * @throws LabError `bad-usage` for a node that is not of this cluster or still has a table, `cluster-not-ready`
   */
  rebuild(nodes: readonly Node[]): Promise<void>;
  /** Waits until nothing waits to be copied or merged on any server. @throws LabError `wait-timeout` */
  drained(options: { readonly within: Duration }): Promise<void>;
  /**
   * After a shard was added: moves the rows of all shards to the ones that their keys name now; gives how many. Inserts
   * may go on; until it ends, queries of all shards may see a row twice. What broke off is completed by the next one.
   * @throws LabError `wait-timeout`; `cluster-not-ready` when a server does not know all others, or a copy was not seen to
   * be whole: nothing was deleted then.
   */
  moveRows(options: { readonly within: Duration }): Promise<number>;
  /** Whether any server merges parts from now on: resolves as soon as one does, or with `false` when none did `within`. */
  partsMerged(options: { readonly within: Duration }): Promise<boolean>;
  /** How many blocks wait on all servers together to be sent to other shards by Distributed tables. */
  queued(): Promise<number>;
  /**
   * Has each server count the rows of all shards, and tells how many shards' servers answered; where one refused, the
   * name of its error (`ALL_CONNECTION_TRIES_FAILED`). `skipUnavailable`: without the shards that it cannot reach.
   */
  shardsAnswering(options: { readonly skipUnavailable: boolean }): Promise<number | string>;
}

/** A cluster of nodes that run; ready or not. */
export class StartedClickHouse implements ClickHouseCluster {
  readonly system = "clickhouse";
  readonly name: string;
  readonly replicated: Replicated;
  readonly storage: Storage;
  readonly scaling: Scaling<ScaleOutOptions>;
  readonly #context: ClusterContext;
  #spec: ClickHouseSpec;
  #nodes: readonly ClickHouseNode[];
  #watch: Disposable | undefined;

  constructor(spec: ClickHouseSpec, context: ClusterContext, nodes: readonly Node[]) {
    this.name = context.name;
    this.#spec = spec;
    this.#context = context;
    this.#nodes = membersOf(spec, context.name).flatMap((member) => {
      const node = nodes.find(({ name }) => name === member.name);
      return node === undefined ? [] : [{ member, node, connection: connect(node) }];
    });
    this.replicated = comparedBy(context, () => lookEqual(this.#nodes));
    this.storage = { disks: (node) => (this.nodes.includes(node) ? [DATA_FOLDER] : []) };
    this.scaling = scalingOf<ScaleOutOptions>(this, context, {
      kinds: () => growthOf(this.#spec),
      add: (kind, options) => this.#add(kind, options),
    });
  }

  get spec(): ClickHouseSpec {
    return this.#spec;
  }

  get nodes(): readonly Node[] {
    return this.#nodes.map(({ node }) => node);
  }

  get shards(): readonly (readonly Node[])[] {
    return [...Map.groupBy(this.#nodes, ({ member }) => member.shard).entries()]
      .toSorted(([one], [other]) => one - other)
      .map(([, replicas]) => replicas.map(({ node }) => node));
  }

  get endpoints(): readonly Endpoint[] {
    return this.#nodes.map(({ member, node }) => {
      const name = `${this.name}: shard ${member.shard}, replica ${member.replica}`;
      const address = addressOf(node, HTTP_PORT);
      return { name, ...address, example: `curl 'http://${textOf(address)}/?query=SELECT+count()+FROM+lab.events'` };
    });
  }

  watch(): void {
    this.#watch ??= watchReplicas(() => this.#nodes, this.#context.recorder);
  }

  ask(node: Node, query: string): Promise<readonly Row[]> {
    return this.#server(node).connection.rows(query);
  }

  /** Waits until every server answers; its tables may not be there yet. */
  answering({ within }: { readonly within: Duration }): Promise<void> {
    return this.#wait(within, () => lookAnswering(this.#nodes));
  }

  get schema(): Schema {
    return {
      deploy: () => this.deploy(),
      differences: async () => schemaDifferences(this.#nodes, await readSchema(this.#spec)),
    };
  }

  deploy(): Promise<void> {
    return this.#deployTo(this.#nodes);
  }

  async #deployTo(nodes: readonly ClickHouseNode[]): Promise<void> {
    const statements = await readSchema(this.#spec);
    await deploySchema(nodes, statements);
    const differences = await schemaDifferences(nodes, statements);
    if (differences.length === 0) return;
    throw new LabError({
      code: "cluster-not-ready",
      message: `${this.name}: what is deployed is not what schemas/${this.#spec.schema} says:\n${differences.join("\n")}`,
      hint: "a table that was there before is not changed: drop it, or reset the cluster",
    });
  }

  ready({ within }: { readonly within: Duration }): Promise<void> {
    return this.#wait(within, () => lookReady(this.#nodes));
  }

  async answers(node: Node): Promise<boolean> {
    const found = this.#nodes.find(({ member }) => member.name === node.name);
    return found !== undefined && (await answersNow(found));
  }

  resolve(phrase: string, random: Random): Promise<readonly Node[] | undefined> {
    return pickNodes(phrase, this.#nodes, random);
  }

  async drained({ within }: { readonly within: Duration }): Promise<void> {
    await waitFor(`the queues of ${this.name} to be empty`, () => this.#lookDrained(), {
      within,
      every: milliseconds(200),
    });
  }

  async queued(): Promise<number> {
    const counts = await Promise.all(this.#nodes.map(queuedOn));
    return counts.flat().length;
  }

  async partsMerged({ within }: { readonly within: Duration }): Promise<boolean> {
    try {
      await waitFor(`${this.name} to merge parts`, lookMerging(this.#nodes), { within, every: milliseconds(200) });
      return true;
    } catch (error) {
      if (error instanceof LabError && error.code === "wait-timeout") return false;
      throw error;
    }
  }

  async moveRows({ within }: { readonly within: Duration }): Promise<number> {
    const known = await lookKnown(this.#nodes, this.#nodes);
    if (!("reached" in known)) {
      throw new LabError({
        code: "cluster-not-ready",
        message: `no row was moved: ${known.seen}`,
        hint: "who does not know a shard goes on to place rows as if it were not there, where moved ones are deleted",
      });
    }
    const tables = placedTables(await readSchema(this.#spec), this.#spec.shards);
    return moveRows(this.#nodes, tables, { within });
  }

  async shardsAnswering({ skipUnavailable }: { readonly skipUnavailable: boolean }): Promise<number | string> {
    const answers = await Promise.all(this.#nodes.map((node) => shardsAnswering(node, skipUnavailable)));
    const refused = answers.find((answer) => typeof answer === "string");
    return refused ?? Math.min(...answers.map(Number));
  }

  async restartReplicas(): Promise<void> {
    await Promise.all(
      this.#nodes.map(async (node) => {
        for (const { table } of await replicasOn(node)) await node.connection.run(`SYSTEM RESTART REPLICA ${table}`);
      }),
    );
  }

  /** Drops every database of ours on every node, one after another: the last replica takes the table out of ZooKeeper. */
  async release({ within }: { readonly within: Duration }): Promise<void> {
    for (const { connection } of this.#nodes) {
      const databases = await connection.rows(
        "SELECT name, version() AS version FROM system.databases WHERE name NOT IN ('system', 'default') AND lower(name) != 'information_schema'",
      );
      for (const { name, version } of databases) {
        // Dropped by and by, its tables would be in the way of the next ones.
        const sync = dropsLate(String(version)) ? " SYNC" : "";
        await connection.run(`DROP DATABASE ${String(name)}${sync}`, { within });
      }
    }
  }

  async reset({ within }: { readonly within: Duration }): Promise<void> {
    await this.release({ within });
    await this.deploy();
    await this.ready({ within });
    await waitFor(`${this.name} to be as new`, () => this.#lookEmpty(), { within });
  }

  async rebuild(nodes: readonly Node[]): Promise<void> {
    const servers = nodes.map((node) => this.#server(node));
    await this.answering({ within: START_LIMIT });
    const statements = await readSchema(this.#spec);
    for (const server of servers) await forgetReplica(server, statements, this.#ensemble());
    await this.deploy();
    await this.ready({ within: START_LIMIT });
  }

  async #add(kind: string, { leftOut = [] }: ScaleOutOptions = {}): Promise<readonly Node[]> {
    const grown = await startAdded(additionOf(kind, this.#spec, this.name), this.#nodes, this.#context);
    try {
      await this.#wait(START_LIMIT, () => lookAnswering(grown.added), grown.nodes);
      // Whoever knows of a server sends it rows at once: its tables come first.
      await this.#deployTo(grown.added);
      await this.#wait(START_LIMIT, () => lookReady(grown.nodes), grown.nodes);
      await propagateConfiguration(grown, this.#context, leftOut);
    } catch (error) {
      throw new LabError({
        code: "cluster-not-ready",
        message: `${this.name} has not grown by a ${kind}: ${messageOf(error)}`,
        hint: `what was done stays: when the reason is gone, grow by "${kind}" again`,
        cause: error,
      });
    }
    this.#spec = grown.spec;
    this.#nodes = grown.nodes;
    return grown.added.map(({ node }) => node);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    await Promise.all(this.#nodes.map(({ connection }) => connection[Symbol.asyncDispose]()));
  }

  #server(node: Node): ClickHouseNode {
    const found = this.#nodes.find(({ member }) => member.name === node.name);
    if (found !== undefined) return found;
    throw new LabError({ code: "bad-usage", message: `${node.name} is not a server of ${this.name}` });
  }

  #ensemble(): ZooKeeperCluster {
    const ensemble = this.#context.others.get(this.#spec.zookeeper);
    if (ensemble?.system === "zookeeper") return ensemble as ZooKeeperCluster;
    throw new LabError({ code: "internal", message: `${this.name} was not given ${this.#spec.zookeeper}` });
  }

  #wait(within: Duration, look: () => Promise<Look<true>>, nodes = this.#nodes): Promise<void> {
    const what = `${this.name} (${describeClickHouse(this.#spec)})`;
    return waitReady({ what, nodes: nodes.map(({ node }) => node), within, look });
  }

  async #lookDrained(): Promise<Look<true>> {
    const queues = await Promise.all(this.#nodes.map(async (node) => ({ node, replicas: await replicasOn(node) })));
    const waiting = queues.flatMap(({ node, replicas }) =>
      replicas.filter(({ queue }) => queue > 0).map(({ table, queue }) => `${table} on ${node.member.name}: ${queue}`),
    );
    return waiting.length === 0 ? { reached: true } : { seen: waiting.join(", ") };
  }

  async #lookEmpty(): Promise<Look<true>> {
    const counts = await Promise.all(
      this.#nodes.map(async ({ member, connection }) => {
        const rows = await connection.rows("SELECT count() AS parts FROM system.parts WHERE database != 'system'");
        return { name: member.name, parts: Number(rows[0]?.["parts"]) };
      }),
    );
    const full = counts.filter(({ parts }) => parts > 0).map(({ name, parts }) => `${parts} parts on ${name}`);
    return full.length === 0 ? { reached: true } : { seen: full.join(", ") };
  }
}
