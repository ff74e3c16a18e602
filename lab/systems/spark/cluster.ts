/** A Spark cluster that runs, and what the rest of the lab asks of it. */
import type { ExecResult, Node } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import type { Random } from "../../random.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import type { Duration, Look } from "../../time.ts";
import { planWithFreePorts, startPlanned } from "../nodes.ts";
import { scalingOf } from "../capabilities.ts";
import type { Scaling, Storage } from "../capabilities.ts";
import { nobody, waitReady } from "../waiting.ts";
import type { Cluster, ClusterContext } from "../types.ts";
import { addressOf, textOf } from "../endpoint.ts";
import type { Address, Endpoint } from "../endpoint.ts";
import {
  driverNodeName,
  DRIVER_PORT,
  jobPath,
  JOBS_FOLDER,
  MASTER_WEB_PORT,
  masterUrl,
  planWorker,
  WORK_FOLDER,
  WORKER_WEB_PORT,
} from "./layout.ts";
import type { Job } from "./layout.ts";
import { describeSpark, MOST_WORKERS } from "./spec.ts";
import type { SparkSpec } from "./spec.ts";
import { aliveWorkers, answersWeb, askMaster, endApplication, processesIn } from "./state.ts";
import type { MasterState } from "./state.ts";
import { watchSpark } from "./watch.ts";

export const START_LIMIT = seconds(90);
/** What every driver's command lines have: the JVM's, and that of the job's own Python, which can outlive it. */
const DRIVER = JOBS_FOLDER;
const EXECUTOR = "CoarseGrainedExecutorBackend";

export interface SparkCluster extends Cluster {
  readonly spec: SparkSpec;
  readonly storage: Storage;
  /** By a `worker`. */
  readonly scaling: Scaling;
  /** Where a job runs its driver. */
  readonly driverNode: Node;
  /** Where a driver that takes orders is reached from the host. */
  readonly driverAddress: Address;
  /**
   * Runs a job to its end, its driver on `driverNode`; its exit code tells how it went. `settings` are Spark's own.
   * @throws LabError `node-failed` when the node is not running, `wait-timeout`
   */
  submit(
    job: Job,
    args: readonly string[],
    options: { readonly within: Duration; readonly settings?: Readonly<Record<string, string>> },
  ): Promise<ExecResult>;
  /** Ends every driver, and resolves when none is left: a driver that comes back late must not write. @throws LabError */
  endDrivers(): Promise<void>;
  /** Process ids of the drivers on `driverNode`. */
  drivers(): Promise<readonly number[]>;
  /** The executors that run now, with their process ids in their worker's node. */
  executors(): Promise<readonly { readonly node: Node; readonly pid: number }[]>;
  /** Waits until the master says that all workers are alive. @throws LabError `wait-timeout` */
  allAlive(options: { readonly within: Duration }): Promise<void>;
}

/** A cluster of nodes that run; ready or not. */
export class StartedSpark implements SparkCluster {
  readonly system = "spark";
  readonly name: string;
  readonly driverNode: Node;
  readonly storage: Storage;
  readonly scaling: Scaling;
  readonly endpoints: readonly Endpoint[];
  readonly #context: ClusterContext;
  readonly #master: Node;
  #spec: SparkSpec;
  #nodes: readonly Node[];
  #watch: Disposable | undefined;

  constructor(spec: SparkSpec, context: ClusterContext, nodes: readonly Node[]) {
    this.name = context.name;
    this.#spec = spec;
    this.#context = context;
    this.#nodes = nodes;
    this.#master = this.#named(`${context.name}-master`);
    this.driverNode = this.#named(driverNodeName(spec, context.name));
    const keepers = (): readonly Node[] => [this.#master, ...this.#workers()];
    this.storage = { disks: (node) => (keepers().includes(node) ? [WORK_FOLDER] : []) };
    this.scaling = scalingOf(this, context, {
      kinds: () => (this.#spec.workers < MOST_WORKERS ? ["worker"] : []),
      add: () => this.#addWorker(),
    });
    const address = this.#masterAddress();
    const example = `curl http://${textOf(address)}/json/`;
    this.endpoints = [{ name: `${context.name}: master`, ...address, example }];
  }

  get spec(): SparkSpec {
    return this.#spec;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  get driverAddress(): Address {
    return addressOf(this.driverNode, DRIVER_PORT);
  }

  watch(): void {
    this.#watch ??= watchSpark(this.name, this.#masterAddress(), this.#context.recorder);
  }

  submit(
    job: Job,
    args: readonly string[],
    { within, settings = {} }: Parameters<SparkCluster["submit"]>[2],
  ): Promise<ExecResult> {
    const own = Object.entries(settings).flatMap(([name, value]) => ["--conf", `${name}=${value}`]);
    const command = ["/opt/lab/spark/submit", "--master", masterUrl(this.name), "--name", job, ...own, jobPath(job)];
    return this.driverNode.exec([...command, ...args], { within });
  }

  drivers(): Promise<readonly number[]> {
    return processesIn(this.driverNode, DRIVER);
  }

  async endDrivers(): Promise<void> {
    const look = async (): Promise<Look<true>> => {
      await this.driverNode.exec(["pkill", "-9", "-f", DRIVER]);
      const left = await this.drivers();
      return left.length === 0 ? { reached: true } : { seen: `processes ${left.join(", ")} are left` };
    };
    await waitFor(`the drivers on ${this.driverNode.name} to end`, look, {
      within: seconds(10),
      every: milliseconds(100),
    });
  }

  async executors(): Promise<readonly { readonly node: Node; readonly pid: number }[]> {
    const found = await Promise.all(
      this.#workers().map(async (node) => {
        const { status } = await node.state();
        const pids = status === "running" ? await processesIn(node, EXECUTOR) : [];
        return pids.map((pid) => ({ node, pid }));
      }),
    );
    return found.flat();
  }

  async allAlive({ within }: { readonly within: Duration }): Promise<void> {
    await waitFor(`all workers of ${this.name} to be alive`, () => this.#look(), { within, every: milliseconds(200) });
  }

  async answers(node: Node): Promise<boolean> {
    if (node.name === this.#master.name) return answersWeb(this.#masterAddress());
    if (this.#workers().includes(node)) return answersWeb(addressOf(node, WORKER_WEB_PORT));
    // The drivers' node serves nothing by itself: it can start processes, or not.
    const tried = await node.exec(["true"], { within: seconds(1) }).catch(() => undefined);
    return tried?.exitCode === 0;
  }

  ready({ within }: { readonly within: Duration }): Promise<void> {
    const what = `${this.name} (${describeSpark(this.spec)})`;
    return waitReady({ what, nodes: this.nodes, within, look: () => this.#look() });
  }

  async resolve(phrase: string, random: Random): Promise<readonly Node[] | undefined> {
    switch (phrase) {
      case "master":
      case "the master":
        return [this.#master];
      case "workers":
        return this.#workers();
      case "a worker":
        return [random.pick(await this.#alive())];
      case "an executor":
        return [random.pick(await this.#executing())];
      default:
        return undefined;
    }
  }

  /** Ends all that writes to the object store. */
  async release({ within }: { readonly within: Duration }): Promise<void> {
    await this.endDrivers();
    const look = async (): Promise<Look<true>> => {
      const { applications } = await this.#askMaster();
      await Promise.all(applications.map((id) => endApplication(this.#masterAddress(), id)));
      const executors = await this.executors();
      if (applications.length === 0 && executors.length === 0) return { reached: true };
      const where = executors.map(({ node }) => `an executor on ${node.name}`);
      return { seen: `still there: ${[...applications, ...where].join(", ")}` };
    };
    await waitFor(`the applications of ${this.name} to end`, look, { within });
  }

  async reset({ within }: { readonly within: Duration }): Promise<void> {
    await this.release({ within });
    const what = `the workers of ${this.name} to have nothing left of applications`;
    await waitFor(what, () => this.#lookTidy(), { within });
    await this.ready({ within });
  }

  async #addWorker(): Promise<readonly Node[]> {
    const number = this.spec.workers + 1;
    const grown = { ...this.spec, workers: number };
    const planned = await planWithFreePorts((plan) => [planWorker(grown, plan, number)], this.#context);
    const added = await startPlanned(planned, this.#context);
    this.#spec = grown;
    this.#nodes = [...this.#nodes, ...added];
    await this.ready({ within: START_LIMIT });
    return added;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#watch?.[Symbol.dispose]();
    return Promise.resolve();
  }

  /** Removes what executors left; one that has just ended may still write its last words. */
  async #lookTidy(): Promise<Look<true>> {
    const left = `${WORK_FOLDER}/app-*`;
    const tidied = await Promise.all(
      this.#workers().map((node) => node.exec(["sh", "-c", `rm -rf ${left}; ls -d ${left} 2>/dev/null || true`])),
    );
    const seen = tidied.map(({ stdout, stderr }) => `${stdout}${stderr}`.trim()).filter((text) => text !== "");
    return seen.length === 0 ? { reached: true } : { seen: seen.join(", ") };
  }

  async #look(): Promise<Look<true>> {
    const state = await this.#askMaster();
    if (state.status !== "ALIVE") return { seen: `the master is ${state.status}` };
    const alive = aliveWorkers(state);
    const missing = this.#workers().filter(({ name }) => !alive.includes(name));
    if (missing.length > 0) return { seen: `not registered: ${missing.map(({ name }) => name).join(", ")}` };
    return { reached: true };
  }

  #askMaster(): Promise<MasterState> {
    return askMaster(this.#masterAddress());
  }

  async #alive(): Promise<readonly Node[]> {
    const alive = aliveWorkers(
      await this.#askMaster().catch((error: unknown) => {
        throw nobody("alive worker", messageOf(error));
      }),
    );
    const nodes = this.#workers().filter(({ name }) => alive.includes(name));
    if (nodes.length === 0) throw nobody("alive worker");
    return nodes;
  }

  async #executing(): Promise<readonly Node[]> {
    const nodes = (await this.executors()).map(({ node }) => node);
    if (nodes.length === 0) throw nobody("executor");
    return nodes;
  }

  #workers(): readonly Node[] {
    return this.#nodes.filter(({ name }) => name.startsWith(`${this.name}-worker-`));
  }

  #masterAddress(): Address {
    return addressOf(this.#master, MASTER_WEB_PORT);
  }

  #named(name: string): Node {
    const node = this.#nodes.find((each) => each.name === name);
    if (node !== undefined) return node;
    throw new LabError({ code: "internal", message: `${this.#context.name} was started without ${name}` });
  }
}
