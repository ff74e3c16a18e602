/** A ZooKeeper ensemble that runs, and what the rest of the lab asks of it. */
import type { Node } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { comparedBy } from "../capabilities.ts";
import type { Replicated, Storage } from "../capabilities.ts";
import type { Cluster, ClusterContext } from "../types.ts";
import { nobody, waitReady } from "../waiting.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Address, Endpoint } from "../endpoint.ts";
import { CLIENT_PORT, DATA_FOLDER } from "./layout.ts";
import { describeZooKeeper } from "./spec.ts";
import type { ZooKeeperSpec } from "./spec.ts";
import { askMember, askMembers, describeMembers, leaderOf, serving } from "./state.ts";
import { readContents, removeTree } from "./tree.ts";
import { watchRoles } from "./watch.ts";

export interface ZooKeeperCluster extends Cluster {
  readonly spec: ZooKeeperSpec;
  readonly replicated: Replicated;
  readonly storage: Storage;
  /** Where clients on the host find each member, in the order of the nodes. */
  readonly servers: readonly Address[];
  /** Who leads now. @throws LabError `fault-failed` when nobody does. */
  leader(): Promise<Node>;
  /**
   * Deletes a znode with all that is under it; gives how many znodes there were, 0 when it was not there.
   * @throws LabError `cluster-not-ready` when some could not be deleted.
   */
  remove(path: string): Promise<number>;
}

/** An ensemble of nodes that run; ready or not. */
export class StartedZooKeeper implements ZooKeeperCluster {
  readonly system = "zookeeper";
  readonly name: string;
  readonly spec: ZooKeeperSpec;
  readonly nodes: readonly Node[];
  readonly servers: readonly Address[];
  readonly endpoints: readonly Endpoint[];
  readonly replicated: Replicated;
  readonly storage: Storage;
  readonly #context: ClusterContext;
  #watch: Disposable | undefined;

  constructor(spec: ZooKeeperSpec, context: ClusterContext, nodes: readonly Node[]) {
    this.name = context.name;
    this.spec = spec;
    this.nodes = nodes;
    this.#context = context;
    this.replicated = comparedBy(context, () => this.#lookEqual());
    this.storage = { disks: (node) => (this.nodes.includes(node) ? [DATA_FOLDER] : []) };
    this.servers = nodes.map((node) => addressOf(node, CLIENT_PORT));
    const example = `zkCli.sh -server ${this.servers.map(textOf).join(",")}`;
    this.endpoints = nodes.map((node) => {
      const name = `${context.name}: server ${node.name}`;
      return { name, ...addressOf(node, CLIENT_PORT), example };
    });
  }

  watch(): void {
    this.#watch ??= watchRoles(this.name, this.nodes, this.#context.recorder);
  }

  async leader(): Promise<Node> {
    const states = await askMembers(this.nodes);
    const leader = leaderOf(states);
    if (leader === undefined) throw nobody(`leader of ${this.name}`, describeMembers(states));
    return leader.node;
  }

  async remove(path: string): Promise<number> {
    const { found, left } = await removeTree(this.#first(), path);
    if (left === 0) return found;
    throw new LabError({ code: "cluster-not-ready", message: `${this.name}: ${left} znodes of ${path} are left` });
  }

  async resolve(phrase: string, random: Random): Promise<readonly Node[] | undefined> {
    switch (phrase) {
      case "leader":
      case "the leader":
        return [await this.leader()];
      case "followers":
        return this.#followers();
      case "a follower":
        return [random.pick(await this.#followers())];
      default:
        return undefined;
    }
  }

  async answers(node: Node): Promise<boolean> {
    return (await askMember(node)).mode !== undefined;
  }

  ready({ within }: { readonly within: Duration }): Promise<void> {
    return waitReady({
      what: `${this.name} (${describeZooKeeper(this.spec)})`,
      nodes: this.nodes,
      within,
      look: () => this.#lookReady(),
    });
  }

  async reset({ within }: { readonly within: Duration }): Promise<void> {
    await this.ready({ within });
    await waitFor(
      `${this.name} to be empty`,
      async () => {
        const { left } = await removeTree(this.#first(), "/");
        return left === 0 ? { reached: true } : { seen: `${left} znodes are left` };
      },
      { within },
    );
    await waitFor(
      `every member of ${this.name} to be empty`,
      async () => {
        const contents = await Promise.all(this.servers.map(readContents));
        const left = contents.map(({ znodes }) => znodes);
        return left.every((znodes) => znodes === 0)
          ? { reached: true }
          : { seen: `${left.join(", ")} znodes are left` };
      },
      { within },
    ).catch((cause: unknown) => {
      throw new LabError({ code: "cluster-not-ready", message: messageOf(cause), cause });
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    return Promise.resolve();
  }

  /** Those that follow now. @throws LabError `fault-failed` when nobody does. */
  async #followers(): Promise<readonly Node[]> {
    const states = await askMembers(this.nodes);
    const followers = serving(states).filter(({ mode }) => mode === "follower");
    if (followers.length === 0) throw nobody(`follower of ${this.name}`, describeMembers(states));
    return followers.map(({ node }) => node);
  }

  async #lookReady(): Promise<Look<true>> {
    const states = await askMembers(this.nodes);
    const up = serving(states);
    const leaders = up.filter(({ mode }) => mode === "leader" || mode === "standalone");
    if (up.length === this.nodes.length && leaders.length === 1) return { reached: true };
    return { seen: describeMembers(states) };
  }

  /** The znodes first, as reading them makes transactions (sessions) of its own; then who has seen which transaction. */
  async #lookEqual(): Promise<Look<string>> {
    const contents = await Promise.all(this.servers.map(readContents));
    const znodes = contents.map((each, i) => `${this.nodes[i]?.name ?? ""} has ${each.znodes} znodes`);
    if (new Set(contents.map(({ digest }) => digest)).size > 1) {
      return { seen: `the contents differ: ${znodes.join(", ")}` };
    }
    const states = await waitForSettledZxid(this.nodes);
    if ("seen" in states) return states;
    return {
      reached: `${this.nodes.length} members have the same ${contents[0]?.znodes ?? 0} znodes, and the same last transaction ${states.reached}`,
    };
  }

  #first(): Address {
    const [server] = this.servers;
    if (server === undefined) throw new LabError({ code: "internal", message: `${this.name} has no members` });
    return server;
  }
}

/** The last commit reaches the followers a moment after the leader. */
async function waitForSettledZxid(nodes: readonly Node[]): Promise<Look<string>> {
  const look = async (): Promise<Look<string>> => {
    const states = await askMembers(nodes);
    const zxids = serving(states).map(({ zxid }) => `0x${zxid.toString(16)}`);
    const [first = ""] = zxids;
    if (zxids.length === nodes.length && zxids.every((zxid) => zxid === first)) return { reached: first };
    return { seen: `last transactions ${zxids.join(", ")}` };
  };
  try {
    const options = { within: seconds(2), every: milliseconds(50) };
    return { reached: await waitFor("the members to have the same last transaction", look, options) };
  } catch (error) {
    return { seen: messageOf(error) };
  }
}
