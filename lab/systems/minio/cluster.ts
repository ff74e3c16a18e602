/** A MinIO cluster that runs, and what the rest of the lab asks of it. */
import type { Client } from "minio";
import type { Node } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { planWithFreePorts, startPlanned } from "../nodes.ts";
import { comparedBy, scalingOf } from "../capabilities.ts";
import type { Replicated, Scaling, Schema, Storage } from "../capabilities.ts";
import { waitReady } from "../waiting.ts";
import type { Cluster, ClusterContext } from "../types.ts";
import { askDrives, heal, HEAL_LIMIT, health, mc } from "./admin.ts";
import { minioClient } from "./client.ts";
import type { MinioClient } from "./client.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { ALIAS, API_PORT, drivesOf, planMinio, poolsOf, POOLS_PATH } from "./layout.ts";
import { deployMinioSchema, differences, readMinioSchema } from "./schema.ts";
import type { MinioSchema } from "./schema.ts";
import { describeMinio, MOST_POOLS } from "./spec.ts";
import type { MinioSpec } from "./spec.ts";
import { watchDrives } from "./watch.ts";
import type { MinioMember } from "./watch.ts";

export const START_LIMIT = seconds(60);

export interface MinioCluster extends Cluster {
  readonly spec: MinioSpec;
  readonly replicated: Replicated;
  readonly storage: Storage;
  /** By a `pool`. */
  readonly scaling: Scaling;
  readonly schema: Schema;
  /** Of the bucket's name. @throws LabError `bad-scenario` when the schema has no such bucket. */
  requireBucket(bucket: string): void;
  /** A client of one node, as a user (default: root). `signal` ends what is under way. */
  client(
    node: Node,
    options?: { readonly user?: string; readonly signal?: () => AbortSignal | undefined },
  ): MinioClient;
}

/** A cluster of nodes that run; ready or not. */
export class StartedMinio implements MinioCluster {
  readonly system = "minio";
  readonly name: string;
  readonly replicated: Replicated;
  readonly storage: Storage;
  readonly scaling: Scaling;
  #spec: MinioSpec;
  #members: readonly MinioMember[] = [];
  readonly #open = new Set<MinioClient>();
  readonly #schema: MinioSchema;
  readonly #context: ClusterContext;
  #watch: Disposable | undefined;

  constructor(spec: MinioSpec, context: ClusterContext, nodes: readonly Node[]) {
    this.name = context.name;
    this.#spec = spec;
    this.#context = context;
    this.#schema = readMinioSchema(spec.schema);
    this.#take(nodes);
    this.replicated = comparedBy(context, () => this.#lookWhole());
    this.storage = { disks: (node) => (this.nodes.includes(node) ? drivesOf(this.#spec) : []) };
    this.scaling = scalingOf(this, context, {
      kinds: () => (this.#spec.pools < MOST_POOLS ? ["pool"] : []),
      add: () => this.#addPool(),
    });
  }

  get spec(): MinioSpec {
    return this.#spec;
  }

  get nodes(): readonly Node[] {
    return this.#members.map(({ node }) => node);
  }

  get endpoints(): readonly Endpoint[] {
    const { rootUser: user, rootPassword: password } = this.#spec;
    return this.nodes.map((node) => {
      const address = addressOf(node, API_PORT);
      const example = `mc alias set lab http://${textOf(address)} ${user} ${password}`;
      return { name: `${this.name}: S3 of ${node.name}`, ...address, identity: { user, password }, example };
    });
  }

  requireBucket(bucket: string): void {
    if (this.#schema.buckets.some(({ name }) => name === bucket)) return;
    throw new LabError({
      code: "bad-scenario",
      message: `${this.name} has no bucket ${bucket}`,
      hint: `schemas/${this.#spec.schema} has: ${this.#schema.buckets.map(({ name }) => name).join(", ")}`,
    });
  }

  client(
    node: Node,
    { user, signal }: { readonly user?: string; readonly signal?: () => AbortSignal | undefined } = {},
  ): MinioClient {
    const { rootUser, rootPassword, region } = this.#spec;
    const service = this.#schema.services.find(({ name }) => name === user);
    if (user !== undefined && service === undefined) {
      throw new LabError({ code: "bad-scenario", message: `${this.name} has no user ${user}` });
    }
    const opened = minioClient({
      server: addressOf(node, API_PORT),
      user: user ?? rootUser,
      password: service?.password ?? rootPassword,
      region,
      ...(signal === undefined ? {} : { signal }),
    });
    this.#open.add(opened);
    return opened;
  }

  get schema(): Schema {
    return { deploy: () => this.deploy(), differences: () => differences(this.#schema, this.#members) };
  }

  /** Brings what is deployed to what is written, and proves it on every node. */
  async deploy(): Promise<void> {
    await deployMinioSchema(this.#schema, this.#members);
  }

  ready({ within }: { readonly within: Duration }): Promise<void> {
    const what = `${this.name} (${describeMinio(this.#spec)})`;
    return waitReady({ what, nodes: this.nodes, within, look: () => this.#lookReady() });
  }

  async #lookReady(): Promise<Look<true>> {
    const serving = await this.#lookServing();
    if ("seen" in serving) return serving;
    const { nodes, drives, pools } = this.#spec;
    const views = await Promise.all(this.#members.map(({ s3 }) => askDrives(s3)));
    const less = views.find(({ online, total }) => total !== nodes * drives * pools || online < total);
    if (less === undefined) return { reached: true };
    return { seen: `${less.online} of ${nodes * drives * pools} drives online ${less.offline.join(", ")}` };
  }

  /** Every node lives and sees a write quorum. */
  async #lookServing(): Promise<Look<true>> {
    for (const page of ["live", "cluster"] as const) {
      const answers = await Promise.all(this.nodes.map((node) => health(node, page)));
      const not = this.nodes.flatMap(({ name }, i) => (answers[i] === 200 ? [] : [`${name} (${answers[i] ?? 0})`]));
      if (not.length > 0) return { seen: `health/${page} is not 200: ${not.join(", ")}` };
    }
    return { reached: true };
  }

  async answers(node: Node): Promise<boolean> {
    return (await health(node, "live")) === 200;
  }

  resolve(phrase: string, random: Random): Promise<readonly Node[] | undefined> {
    const count = Number(/^(\d+) nodes?$/.exec(phrase)?.[1] ?? Number.NaN);
    if (Number.isNaN(count)) return Promise.resolve(undefined);
    if (count >= 1 && count <= this.nodes.length) {
      return Promise.resolve(random.shuffle(this.nodes).slice(0, count));
    }
    return Promise.reject(
      new LabError({ code: "fault-failed", message: `${this.name} has ${this.nodes.length} nodes, not "${phrase}"` }),
    );
  }

  watch(): void {
    const [bucket] = this.#schema.buckets;
    this.#watch ??= watchDrives(this.name, () => this.#members, this.#context.recorder, bucket?.name);
  }

  /** A look mends what it finds, so only one that finds nothing to mend proves that all is whole. */
  async #lookWhole(): Promise<Look<string>> {
    // Drives are counted by the look itself: for half a minute after a node came back, `info` may not answer.
    const serving = await this.#lookServing();
    if ("seen" in serving) return serving;
    const seen = await heal(this.#first().node, { deep: true, within: HEAL_LIMIT });
    this.#context.recorder.event({ type: "observation", subject: `${this.name} scanned deeply`, value: seen.worst });
    if (seen.unwhole.length > 0) {
      return { seen: `${seen.unwhole.length} of ${seen.items} not whole: ${seen.unwhole.slice(0, 4).join("; ")}` };
    }
    return {
      reached: `${seen.objects} objects (${seen.items} items) whole on all drives, every byte against its checksum: none missing, none corrupted`,
    };
  }

  /** Removing what is gone already does nothing, so it is tried until the cluster takes it: its drives may just have come. */
  async reset({ within }: { readonly within: Duration }): Promise<void> {
    await this.ready({ within });
    const look = async (): Promise<Look<true>> => {
      await this.#empty(within);
      const left = await this.#left(within);
      return left === "" ? { reached: true } : { seen: left };
    };
    try {
      await waitFor(`${this.name} to be empty`, look, { within, every: milliseconds(500) });
    } catch (error) {
      throw new LabError({ code: "cluster-not-ready", message: `the reset: ${messageOf(error)}`, cause: error });
    }
    await this.deploy();
    const differ = await differences(this.#schema, this.#members);
    if (differ.length > 0) throw new LabError({ code: "cluster-not-ready", message: differ.join("; ") });
  }

  async #empty(within: Duration): Promise<void> {
    const { node, s3 } = this.#first();
    for (const { name } of await s3.listBuckets()) {
      if (this.#schema.buckets.some((bucket) => bucket.name === name)) {
        await mc(node, ["rm", "--recursive", "--force", "--versions", `${ALIAS}/${name}`], within);
        await mc(node, ["rm", "--recursive", "--force", "--incomplete", `${ALIAS}/${name}`], within);
      } else {
        await mc(node, ["rb", "--force", `${ALIAS}/${name}`], within);
      }
    }
  }

  /** What the buckets still hold, in a few words. */
  async #left(within: Duration): Promise<string> {
    const { node } = this.#first();
    for (const { name } of this.#schema.buckets) {
      const objects = await mc(node, ["ls", "--recursive", "--versions", `${ALIAS}/${name}`], within);
      const parts = await mc(node, ["ls", "--recursive", "--incomplete", `${ALIAS}/${name}`], within);
      const left = `${objects}${parts}`.trim();
      if (left !== "") return `bucket ${name} still has ${left.slice(0, 200)}`;
      // One node's list may leave out what it has not heard of since it started: a node with another view knows it.
      for (const { node: other, s3 } of this.#members) {
        for await (const object of s3.listObjectsV2(name, "", true) as AsyncIterable<{ readonly name?: string }>)
          return `bucket ${name} still has ${object.name ?? "an object"}, says ${other.name}`;
      }
    }
    return "";
  }

  /** MinIO's way: all nodes are started anew with both pools in their arguments, all at the same time. */
  async #addPool(): Promise<readonly Node[]> {
    const spec = { ...this.#spec, pools: this.#spec.pools + 1 };
    const old = this.nodes;
    const content = poolsOf(this.name, spec);
    // Only the ports of the new nodes are new.
    const plan = await planWithFreePorts((context) => planMinio(spec, context).slice(old.length), this.#context);
    const added = await startPlanned(plan, this.#context);
    await Promise.all(
      old.map(async (node) => {
        const command = ["sh", "-c", `printf %s "$1" > ${POOLS_PATH}`, "sh", content];
        const result = await node.exec(command);
        if (result.exitCode !== 0) throw failedToTell(node, result.stderr);
        await node.terminate(seconds(10));
        await node.start();
      }),
    );
    this.#spec = spec;
    this.#take(added);
    await this.ready({ within: START_LIMIT });
    await this.deploy();
    return added;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    for (const client of this.#open) client[Symbol.dispose]();
    return Promise.resolve();
  }

  #take(nodes: readonly Node[]): void {
    const members = nodes.map((node) => ({ name: node.name, node, s3: this.client(node).s3 }));
    this.#members = [...this.#members, ...members];
  }

  #first(): { readonly node: Node; readonly s3: Client } {
    const [first] = this.#members;
    if (first === undefined) throw new LabError({ code: "internal", message: `${this.name} has no node` });
    return first;
  }
}

const failedToTell = (node: Node, why: string): LabError =>
  new LabError({ code: "node-failed", message: `${node.name} could not be told its pools: ${why}` });
