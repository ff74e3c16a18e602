/** A Kafka cluster that runs, and what the rest of the lab asks of it. */
import { isDeepStrictEqual } from "node:util";
import type { Kafka } from "kafkajs";
import type { Node } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { planWithFreePorts, startPlanned } from "../nodes.ts";
import { comparedBy, scalingOf } from "../capabilities.ts";
import type { Replicated, Scaling, Schema, Storage } from "../capabilities.ts";
import { nobody, waitReady } from "../waiting.ts";
import type { Cluster, ClusterContext } from "../types.ts";
import { attempt, createTopic, withAdmin } from "./admin.ts";
import type { Attempt } from "./admin.ts";
import { kafkaClient } from "./client.ts";
import type { ClientOptions } from "./client.ts";
import { deleteGroups, groupsOf } from "./groups.ts";
import { carryOut, movesFor } from "./scale-out.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { CONTROLLER_PORT, DATA_FOLDER, EXTERNAL_PORT, membersOf, planMember } from "./layout.ts";
import type { KafkaMember } from "./layout.ts";
import type { ClusterMetadata, PartitionState } from "./messages.ts";
import { differenceBetween, partitionsOn, readContents } from "./replicas.ts";
import { lookReady } from "./readiness.ts";
import { pickNodes } from "./roles.ts";
import { topicSchema } from "./schema.ts";
import { describeKafka, MOST_BROKERS } from "./spec.ts";
import type { KafkaSpec, KafkaTopic } from "./spec.ts";
import { addressesOf, answersAll, askMetadata, askQuorum } from "./state.ts";
import type { KafkaNode } from "./state.ts";
import { watchRoles } from "./watch.ts";

export const START_LIMIT = seconds(90);

export interface KafkaCluster extends Cluster {
  readonly spec: KafkaSpec;
  readonly replicated: Replicated;
  readonly storage: Storage;
  /** By a `broker`, which takes its share of the replicas. */
  readonly scaling: Scaling;
  readonly schema: Schema;
  /** Where clients on the host find the brokers: `HOST:PORT` each. */
  brokers(): readonly string[];
  /** A client for tests and tools; set up for fail-over. */
  client(options: Omit<ClientOptions, "brokers">): Kafka;
  /** @throws LabError `fault-failed` when nobody leads it now. */
  leaderOf(topic: string, partition: number): Promise<Node>;
  /** The replicas that do not lead, whether in sync or not. */
  followersOf(topic: string, partition: number): Promise<readonly Node[]>;
  /** Who leads the controllers. @throws LabError `fault-failed` when nobody does now. */
  activeController(): Promise<Node>;
  /** The state of a topic's partitions as the best informed broker knows it. */
  partitionsOf(topic: string): Promise<readonly PartitionState[]>;
  /** Where each partition's log ends for readers (its high watermark). @throws when a partition has no leader. */
  logEnds(topic: string): Promise<readonly { readonly partition: number; readonly end: number }[]>;
  /** Waits until every partition of the topic has all its replicas in sync. @throws LabError `wait-timeout` */
  inSync(topic: string, options: { readonly within: Duration }): Promise<void>;
  /** Runs an administrative action once and journals it as an operation of the load `admin`. Does not throw. */
  attempt<T>(action: string, act: () => Promise<T>): Promise<Attempt<T>>;
  /** Creates a topic, journalled as the action `create-topic`. Does not throw: the outcome tells. Default limit 10 s. */
  createTopic(name: string, topic: KafkaTopic, options?: { readonly within?: Duration }): Promise<Attempt<void>>;
}

/** A cluster of nodes that run; ready or not. */
export class StartedKafka implements KafkaCluster {
  readonly system = "kafka";
  readonly name: string;
  readonly replicated: Replicated;
  readonly storage: Storage;
  readonly scaling: Scaling;
  readonly #context: ClusterContext;
  #spec: KafkaSpec;
  #members: readonly KafkaNode[];
  #watch: Disposable | undefined;

  constructor(spec: KafkaSpec, context: ClusterContext, nodes: readonly Node[]) {
    this.name = context.name;
    this.#spec = spec;
    this.#members = membersOf(spec).flatMap((member) => {
      const node = nodes.find(({ name }) => name === member.name);
      return node === undefined ? [] : [{ member, node }];
    });
    this.#context = context;
    this.replicated = comparedBy(context, () => this.#lookEqual());
    this.storage = { disks: (node) => (this.nodes.includes(node) ? [DATA_FOLDER] : []) };
    this.scaling = scalingOf(this, context, {
      kinds: () => (this.#spec.brokers < MOST_BROKERS ? ["broker"] : []),
      add: () => this.#addBroker(),
    });
  }

  get spec(): KafkaSpec {
    return this.#spec;
  }

  get nodes(): readonly Node[] {
    return this.#members.map(({ node }) => node);
  }

  get endpoints(): readonly Endpoint[] {
    const bootstrap = this.brokers().join(",");
    return [
      ...this.#withRole("broker").map(({ member, node }) => ({
        name: `${this.name}: broker ${member.name}`,
        ...addressOf(node, EXTERNAL_PORT),
        example: `kcat -b ${bootstrap} -L`,
      })),
      ...this.#withRole("controller").map(({ member, node }) => {
        const address = addressOf(node, CONTROLLER_PORT);
        const example = `kafka-metadata-quorum.sh --bootstrap-controller ${textOf(address)} describe --status`;
        return { name: `${this.name}: controller ${member.name}`, ...address, example };
      }),
    ];
  }

  brokers(): readonly string[] {
    return addressesOf(this.#withRole("broker"));
  }

  client(options: Omit<ClientOptions, "brokers">): Kafka {
    return kafkaClient({ ...options, brokers: this.brokers() });
  }

  /** From now until disposed, role changes are journalled. */
  watch(): void {
    this.#watch ??= watchRoles(this.name, () => this.#members, this.#context.recorder);
  }

  async leaderOf(topic: string, partition: number): Promise<Node> {
    const { leader } = await this.#partition(topic, partition);
    const node = this.#byId(leader);
    if (node === undefined) throw nobody(`leader of ${topic}/${partition}`);
    return node;
  }

  async followersOf(topic: string, partition: number): Promise<readonly Node[]> {
    const { leader, replicas } = await this.#partition(topic, partition);
    return replicas.filter((id) => id !== leader).flatMap((id) => this.#byId(id) ?? []);
  }

  async activeController(): Promise<Node> {
    const quorum = await askQuorum(this.#members);
    const node = "state" in quorum ? this.#byId(quorum.state.leader) : undefined;
    if (node === undefined) throw nobody("active controller", "seen" in quorum ? quorum.seen : undefined);
    return node;
  }

  async partitionsOf(topic: string): Promise<readonly PartitionState[]> {
    const { partitions } = await this.#metadata();
    return partitions.filter((partition) => partition.topic === topic);
  }

  async logEnds(topic: string): Promise<readonly { readonly partition: number; readonly end: number }[]> {
    const offsets = await withAdmin(this.brokers(), (admin) => admin.fetchTopicOffsets(topic));
    return offsets.map(({ partition, high }) => ({ partition, end: Number(high) }));
  }

  async inSync(topic: string, { within }: { readonly within: Duration }): Promise<void> {
    await waitFor(`all replicas of ${topic} in sync`, () => this.#lookInSync([topic]), {
      within,
      every: milliseconds(200),
    });
  }

  ready({ within }: { readonly within: Duration }): Promise<void> {
    return waitReady({
      what: `${this.name} (${describeKafka(this.spec)})`,
      nodes: this.nodes,
      within,
      look: () => lookReady(this.spec, this.#members, this.brokers(), this.#context.clock),
    });
  }

  answers(node: Node): Promise<boolean> {
    const member = this.#members.find((candidate) => candidate.node.name === node.name);
    return member === undefined ? Promise.resolve(false) : answersAll(member);
  }

  resolve(phrase: string, random: Random): Promise<readonly Node[] | undefined> {
    return pickNodes(phrase, this, this.#withRole("broker"), this.#withRole("controller"), random);
  }

  async reset({ within }: { readonly within: Duration }): Promise<void> {
    // While their topic is there: coordinators remember a group beyond it.
    await waitFor(`the groups of ${this.name} to be gone`, () => this.#lookForNoGroups(deleteGroups), { within });
    const { topics } = await this.#metadata();
    if (topics.length > 0) {
      await withAdmin(this.brokers(), (admin) => admin.deleteTopics({ topics: [...topics], timeout: within }));
    }
    await waitFor(`the topics of ${this.name} to be gone`, () => this.#lookForTopics([]), { within });
    await this.ready({ within });
    await waitFor(`${this.name} to be as new`, () => this.#lookNew(), { within });
  }

  get schema(): Schema {
    return topicSchema(this.#spec, () => this.#withRole("broker"), this.#context.clock);
  }

  async #addBroker(): Promise<readonly Node[]> {
    const spec = { ...this.#spec, brokers: this.#spec.brokers + 1, joined: (this.#spec.joined ?? 0) + 1 };
    const member = membersOf(spec).findLast(({ broker }) => broker);
    if (member === undefined) throw new LabError({ code: "internal", message: `${this.name} has no last broker` });
    const planned = await planWithFreePorts((plan) => [planMember(spec, member, plan)], this.#context);
    const added = await startPlanned(planned, this.#context);
    this.#members = [...this.#members, ...added.map((node) => ({ member, node }))];
    this.#spec = spec;
    await this.ready({ within: START_LIMIT });
    const { brokers, partitions } = await this.#metadata();
    const all = async (): Promise<readonly PartitionState[]> => (await this.#metadata()).partitions;
    await carryOut(movesFor(member.id, brokers, partitions), this.brokers(), all);
    return added;
  }

  attempt<T>(action: string, act: () => Promise<T>): Promise<Attempt<T>> {
    return attempt(action, act, this.#context);
  }

  createTopic(name: string, topic: KafkaTopic, options: { readonly within?: Duration } = {}): Promise<Attempt<void>> {
    const within = options.within ?? seconds(10);
    return this.attempt("create-topic", () => createTopic(this.brokers(), name, topic, within, this.#context.clock));
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    return Promise.resolve();
  }

  /** Exactly these topics, in the eyes of every broker: one that lags behind would answer for the old ones. */
  async #lookForTopics(wanted: readonly string[]): Promise<Look<true>> {
    const views = await Promise.all(this.#withRole("broker").map(async (broker) => askMetadata([broker])));
    const other = views.find(({ topics }) => !isDeepStrictEqual(topics.toSorted(), wanted.toSorted()));
    return other === undefined ? { reached: true } : { seen: `the topics are: ${other.topics.join(", ")}` };
  }

  /** The topics of the spec, empty, and no group of readers. */
  async #lookNew(): Promise<Look<true>> {
    const names = Object.keys(this.spec.topics);
    const seen = await this.#lookForTopics(names);
    if ("seen" in seen) return seen;
    const ends = (await Promise.all(names.map((name) => this.logEnds(name)))).flat();
    if (ends.some(({ end }) => end > 0)) return { seen: "there are records" };
    return this.#lookForNoGroups();
  }

  async #lookForNoGroups(before?: (brokers: readonly KafkaNode[]) => Promise<void>): Promise<Look<true>> {
    const brokers = this.#withRole("broker");
    await before?.(brokers);
    const left = await groupsOf(brokers);
    return left.length === 0 ? { reached: true } : { seen: `groups are left: ${left.join(", ")}` };
  }

  async #lookEqual(): Promise<Look<string>> {
    const metadata = await this.#metadata();
    const synced = await this.#lookInSync(metadata.topics, metadata);
    if ("seen" in synced) return synced;
    const contents = await Promise.all(
      this.#withRole("broker").map(async ({ member, node }) => {
        const partitions = partitionsOn(metadata, member.id);
        return partitions.length === 0 ? [] : readContents(node, partitions);
      }),
    );
    const difference = differenceBetween(contents.flat());
    if (difference !== undefined) return { seen: difference };
    const bytes = contents.flat().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return {
      reached: `${contents.flat().length} replicas of ${metadata.partitions.length} partitions are the same, byte for byte (${bytes} bytes in all)`,
    };
  }

  async #lookInSync(topics: readonly string[], known?: ClusterMetadata): Promise<Look<true>> {
    const { partitions } = known ?? (await this.#metadata());
    const wanted = partitions.filter(({ topic }) => topics.includes(topic));
    for (const topic of topics) {
      if (!wanted.some((partition) => partition.topic === topic)) return { seen: `there is no topic ${topic}` };
    }
    const behind = wanted.filter(({ leader, inSync, replicas }) => leader < 0 || inSync.length < replicas.length);
    if (behind.length === 0) return { reached: true };
    return {
      seen: behind
        .slice(0, 6)
        .map(({ topic, partition, leader, inSync, replicas }) =>
          leader < 0
            ? `${topic}/${partition} has no leader`
            : `${topic}/${partition} has ${inSync.length} of ${replicas.length}`,
        )
        .join(", "),
    };
  }

  async #metadata(): Promise<ClusterMetadata> {
    const quorum = await askQuorum(this.#members);
    return askMetadata(this.#members, "state" in quorum ? quorum.state : undefined);
  }

  async #partition(topic: string, partition: number): Promise<PartitionState> {
    const state = (await this.partitionsOf(topic)).find((candidate) => candidate.partition === partition);
    if (state === undefined) {
      throw new LabError({ code: "bad-scenario", message: `${this.name} has no partition ${topic}/${partition}` });
    }
    return state;
  }

  #byId(id: number): Node | undefined {
    return this.#members.find(({ member }) => member.id === id)?.node;
  }

  #withRole(role: "broker" | "controller"): readonly KafkaNode[] {
    return this.#members.filter(({ member }: { readonly member: KafkaMember }) => member[role]);
  }
}
