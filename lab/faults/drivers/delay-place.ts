/** What delays one node's links, inside that node's network: netem where the kernel has it, else Toxiproxy. */
import type { ICreateProxyBody, Latency, Proxy, Toxic } from "toxiproxy-node-client";
import type { ExecResult, LinkHelper } from "../../engine/types.ts";
import { LabError, messageOf } from "../../errors.ts";
import { freshId } from "../../random.ts";
import { milliseconds, seconds, waitFor } from "../../time.ts";
import {
  counterOf,
  delaySetUp,
  delayTransaction,
  devicesOf,
  listeningPorts,
  netemCommands,
  PROXY_USER,
  type Delay,
  type Hop,
  type Passage,
} from "./delay-rules.ts";
import { askProgram, ECHO_PORT, routesProgram, startProgram } from "./delay-programs.ts";
import { openSession, type Session } from "./nft-session.ts";

const API_PORT = 8474;

export interface DelayPlace extends AsyncDisposable {
  readonly means: "netem" | "Toxiproxy";
  /** From now on these delays are in force here, and no others. @throws LabError `fault-failed`, `fault-unsupported` */
  set(hops: readonly Hop[]): Promise<void>;
  /** The ports on which this node can be reached now. */
  ports(): Promise<number[]>;
  /** Milliseconds of round trips to the echo services of others, by address. */
  ask(addresses: readonly string[], rounds: number): Promise<ReadonlyMap<string, readonly number[]>>;
  /** Its helper is gone, and all delays of this place with it. */
  ended(): boolean;
}

/** Starts what is needed in the network of the node with this address. @throws LabError `fault-failed` */
export async function openPlace(
  address: string,
  startHelper: (command: readonly string[]) => Promise<LinkHelper>,
): Promise<DelayPlace> {
  // An address of its own on the loopback, so that two labs do not meet on one port.
  const id = Number.parseInt(freshId(), 16);
  const host = `127.${100 + (id % 100)}.${(id >> 8) & 255}.${1 + ((id >> 16) & 127)}`;
  const helper = await startHelper(startProgram(host, PROXY_USER));
  const session = openSession(helper);
  try {
    const trial = await helper.exec(["tc", "qdisc", "add", "dev", "lo", "root", "netem", "delay", "0ms"]);
    const hasNetem = trial.exitCode === 0;
    if (hasNetem) await mustWork(helper.exec(["tc", "qdisc", "del", "dev", "lo", "root"]));
    const set = hasNetem ? netem(helper) : await proxies(helper, session, { host, address });
    return {
      means: hasNetem ? "netem" : "Toxiproxy",
      set,
      async ports() {
        const { stdout } = await mustWork(helper.exec(["sh", "-c", "cat /proc/net/tcp; cat /proc/net/tcp6 || true"]));
        return listeningPorts(stdout).filter((port) => port !== ECHO_PORT);
      },
      ask: (addresses, rounds) => askEchoes(helper, addresses, rounds),
      ended: () => session.ended(),
      [Symbol.asyncDispose]: () => Promise.resolve(session[Symbol.asyncDispose]()),
    };
  } catch (error) {
    await session[Symbol.asyncDispose]();
    throw error;
  }
}

/** How long one measurement may take. */
const ASK_LIMIT_SECONDS = 4;

/** Round trips from a helper's network; of an address that does not answer in time there are none. */
export async function askEchoes(
  helper: LinkHelper,
  addresses: readonly string[],
  rounds: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const command = askProgram(rounds, ASK_LIMIT_SECONDS, addresses);
  const { stdout } = await mustWork(helper.exec(command));
  const took = new Map<string, number[]>(addresses.map((address) => [address, []]));
  for (const line of stdout.trim().split("\n")) {
    const [address = "", microseconds] = line.split(" ");
    took.get(address)?.push(Number(microseconds) / 1_000);
  }
  return took;
}

async function mustWork(work: Promise<ExecResult>): Promise<ExecResult> {
  const result = await work;
  if (result.exitCode === 0) return result;
  throw new LabError({ code: "fault-failed", message: `in a node's network: ${result.stderr.trim()}` });
}

const netem =
  (helper: LinkHelper): DelayPlace["set"] =>
  async (hops) => {
    const { stdout } = await mustWork(helper.exec(routesProgram(hops.map(({ peer }) => peer))));
    const devices = devicesOf(stdout);
    const deviceOf = (peer: string): string => {
      const device = devices.get(peer);
      if (device !== undefined) return device;
      throw new LabError({ code: "fault-failed", message: `in a node's network: no device leads to ${peer}` });
    };
    await mustWork(helper.exec(["sh", "-c", netemCommands(hops, deviceOf)]));
  };

interface Carrier {
  readonly hop: Hop;
  readonly port: number;
  readonly proxy: Proxy;
  readonly toxics: Map<Stream, Toxic<Latency>>;
}
type Stream = "upstream" | "downstream";

async function proxies(
  helper: LinkHelper,
  session: Session,
  { host, address }: { readonly host: string; readonly address: string },
): Promise<DelayPlace["set"]> {
  // Loaded when it is needed: every command of the lab knows the kinds of faults, and few delay anything.
  const { Toxiproxy } = await import("toxiproxy-node-client");
  const api = new Toxiproxy(`http://127.0.0.1:${await helper.forward(host, API_PORT)}`);
  await waitFor(
    "Toxiproxy to answer",
    async () => {
      await api.getVersion();
      return { reached: true };
    },
    { within: seconds(15), every: milliseconds(50) },
  );
  const table = "lab_delay";
  let made = false;
  let carriers: readonly Carrier[] = [];
  let passages: readonly Passage[] = [];

  const turn = async (after: readonly Passage[]): Promise<void> => {
    const { counters } = await session.ask([
      ...(made ? [] : [{ line: delaySetUp(table), answers: false }]),
      { line: delayTransaction(passages, after, table), answers: false },
      { line: `list counters table ip ${table}`, answers: true },
    ]);
    made = true;
    const wanted = after.map(counterOf).sort().join(" ");
    if ([...counters.keys()].sort().join(" ") !== wanted) {
      throw new LabError({
        code: "fault-failed",
        message: `the packet filter of a node's network did not take the change; it said: ${await session.complaint()}`,
      });
    }
    passages = after;
  };

  return async (hops) => {
    try {
      const wanted = hops.flatMap((hop) => hop.ports.map((port) => ({ hop, port, name: nameOf(hop, port) })));
      const missing = wanted.filter(({ name }) => !carriers.some(({ proxy }) => proxy.name === name));
      const added =
        missing.length === 0 ? {} : await api.populate(missing.map(({ hop, port }) => proxyOf(hop, port, address)));
      const staying = wanted.map(({ hop, port, name }): Carrier => {
        const known = carriers.find(({ proxy }) => proxy.name === name);
        const proxy = known?.proxy ?? added[name];
        if (proxy === undefined) throw new Error(`Toxiproxy made no proxy ${name}`);
        return { hop, port, proxy, toxics: known?.toxics ?? new Map<Stream, Toxic<Latency>>() };
      });
      const leaving = carriers.filter(({ proxy }) => !wanted.some(({ name }) => name === proxy.name));
      carriers = [...staying, ...leaving];
      for (const carrier of staying) await hold(carrier);
      await turn(hops.map((hop) => passageOf(hop, staying)));
      for (const { proxy } of leaving) await proxy.remove();
      carriers = staying;
    } catch (error) {
      if (error instanceof LabError) throw error;
      throw new LabError({ code: "fault-failed", message: `Toxiproxy: ${messageOf(error)}`, cause: error });
    }
  };
}

const nameOf = (hop: Hop, port: number): string => `${hop.opener}-${hop.peer}-${port}`;

/** Connections of clients arrive at the node's own address, which is also where they are sent on to. */
const proxyOf = (hop: Hop, port: number, address: string): ICreateProxyBody => ({
  name: nameOf(hop, port),
  listen: hop.opener === "node" ? "127.0.0.1:0" : "0.0.0.0:0",
  upstream: `${hop.opener === "node" ? hop.peer : address}:${port}`,
  enabled: true,
});

const passageOf = (hop: Hop, carriers: readonly Carrier[]): Passage => ({
  peer: hop.peer,
  opener: hop.opener,
  listeners: new Map(
    carriers
      .filter((carrier) => carrier.hop === hop)
      .map(({ port, proxy }) => [port, Number(proxy.listen.slice(proxy.listen.lastIndexOf(":") + 1))]),
  ),
});

/** Upstream is where the opener's words go. */
async function hold(carrier: Carrier): Promise<void> {
  const { opener, out, back } = carrier.hop;
  await holdStream(carrier, "upstream", opener === "node" ? out : back);
  await holdStream(carrier, "downstream", opener === "node" ? back : out);
}

async function holdStream({ proxy, toxics }: Carrier, stream: Stream, delay: Delay): Promise<void> {
  const known = toxics.get(stream);
  const attributes = { latency: delay.ms, jitter: delay.jitterMs };
  if (known?.attributes.latency === delay.ms && known.attributes.jitter === delay.jitterMs) return;
  if (known !== undefined) await known.remove();
  toxics.delete(stream);
  if (delay.ms === 0) return;
  toxics.set(stream, await proxy.addToxic<Latency>({ name: stream, type: "latency", stream, toxicity: 1, attributes }));
}
