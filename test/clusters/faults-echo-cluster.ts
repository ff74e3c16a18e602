/**
 * Three real containers that answer over TCP and count datagrams, as a cluster: small enough to break in seconds,
 * and every link's direction can be asked for alone.
 */
import { connect } from "node:net";
import type { Cluster } from "../../lab/systems/types.ts";
import type { ImageRef, Node, RunSpace, Volume } from "../../lab/engine/types.ts";
import { milliseconds, monotonicMs, seconds, sleep, withLimit } from "../../lab/time.ts";

const PORT = 7000;
/** The second is of a limited size, so that it may be filled. */
const ECHO_VOLUMES: readonly Volume[] = ["/data/1", { path: "/data/2", sizeMb: 8 }];

/** Echoes each line over TCP; counts datagrams by sender, and tells the counts when asked `count`. */
const SERVER = `
use strict; use IO::Socket::INET; use IO::Select;
$SIG{TERM} = sub { exit 0 };
my $tcp = IO::Socket::INET->new(LocalPort => ${PORT}, Listen => 50, ReuseAddr => 1) or die;
my $udp = IO::Socket::INET->new(LocalPort => ${PORT}, Proto => "udp") or die;
$udp->blocking(0); my %count;
sub drain { while (defined $udp->recv(my $text, 100)) { $count{$udp->peerhost}++ } }
my $select = IO::Select->new($tcp, $udp);
while (1) {
  for my $ready ($select->can_read) {
    if ($ready == $tcp) { $select->add($tcp->accept); next; }
    if ($ready == $udp) { drain(); next; }
    my $line = ""; sysread($ready, $line, 1000);
    if ($line eq "") { $select->remove($ready); close $ready; next; }
    drain();
    $line = join(" ", map { "$_=$count{$_}" } keys %count) . "\\n" if $line eq "count\\n";
    syswrite($ready, $line);
  }
}`;

/** Says \`answered\`, \`reset\` or \`silent\` of another node's TCP port. */
const ASK = `
use strict; use IO::Socket::INET; use Errno;
my $socket = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => ${PORT}, Timeout => 1);
if (!$socket) { print $!{ECONNREFUSED} || $!{ECONNRESET} ? "reset" : "silent"; exit }
local $SIG{ALRM} = sub { print "silent"; exit }; alarm 1;
syswrite($socket, "hello\\n"); print sysread($socket, my $text, 100) ? "answered" : "reset";`;

/** Prints in microseconds how long an answer over a connection takes: not the connecting, which a proxy does at once. */
const ROUND_TRIP = `
exec 3<>"/dev/tcp/$0/${PORT}"; asked=\${EPOCHREALTIME/[.,]/}; echo hello >&3; read -r -t 5 -u 3 answer
echo $((\${EPOCHREALTIME/[.,]/} - asked))`;

/** Sends datagrams to another node, a thousand a second. */
const SEND = `
use strict; use IO::Socket::INET;
my $socket = IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => ${PORT}, Proto => "udp") or die;
for (1 .. $ARGV[1]) { $socket->send("x"); select(undef, undef, undef, 0.001) }`;

export type Answer = "answered" | "reset" | "silent";

export interface EchoCluster extends Cluster {
  /** What a node gets from another node's TCP port, within a second or two; over this network, or the other's first. */
  ask(from: Node, to: Node, network?: string): Promise<Answer>;
  /** The same for a client on the host, through the published port. */
  askFromHost(to: Node): Promise<Answer>;
  /** Milliseconds from a question over TCP to its answer, over this network or the other's first. */
  roundTrip(from: Node, to: Node, network?: string): Promise<number>;
  /** Sends datagrams, and gives how many came. */
  send(from: Node, to: Node, count: number): Promise<number>;
}

/** The networks that each node sits on. */
export type Seats = readonly (readonly string[])[];
export const THREE_SEATS: Seats = [["run"], ["run"], ["run"]];

export async function startEchoCluster(
  space: RunSpace,
  image: ImageRef,
  seats: Seats = THREE_SEATS,
): Promise<EchoCluster> {
  const ports = await space.freePorts(seats.length);
  const nodes = await Promise.all(
    ports.map((port, place) =>
      space.startNode({
        name: `echo-${place + 1}`,
        cluster: "echo",
        networks: seats[place] ?? [],
        image,
        command: ["perl", "-e", SERVER],
        ports: [{ container: PORT, host: port }],
        volumes: ECHO_VOLUMES,
      }),
    ),
  );
  const cluster = echoCluster(nodes);
  await cluster.ready({ within: seconds(20) });
  return cluster;
}

const addressOf = (node: Node, network?: string): string =>
  network === undefined ? node.address : (node.addresses.get(network) ?? `no address on ${network}`);

/** The cluster of nodes that run already. */
export function echoCluster(nodes: readonly Node[]): EchoCluster {
  const run = async (node: Node, program: string, ...words: string[]): Promise<string> => {
    const { stdout, stderr, exitCode } = await node.exec(["perl", "-e", program, ...words], { within: seconds(20) });
    if (exitCode !== 0) throw new Error(`${node.name}: ${stderr}`);
    return stdout;
  };
  const counted = async (from: Node, to: Node): Promise<number> => {
    const counts = await lineFrom(to, "count");
    return Number(new RegExp(`${from.address}=(\\d+)`).exec(counts)?.[1] ?? 0);
  };
  const askFromHost = async (to: Node): Promise<Answer> => {
    try {
      return (await lineFrom(to, "hello")) === "" ? "reset" : "answered";
    } catch (error) {
      return error instanceof Error && error.message.includes("ECONN") ? "reset" : "silent";
    }
  };
  const cluster: EchoCluster = {
    name: "echo",
    system: "echo",
    spec: { system: "echo" },
    nodes,
    resolve: () => Promise.resolve(undefined),
    answers: async (node) => (await askFromHost(node)) === "answered",
    async ready({ within }) {
      const startedMs = monotonicMs();
      for (const node of nodes) {
        while (!(await cluster.answers(node))) {
          if (monotonicMs() - startedMs > within)
            throw new Error(`${node.name} does not answer; it said: ${await node.logs({ tail: 5 })}`);
          await sleep(milliseconds(20));
        }
      }
    },
    watch: () => undefined,
    reset: () => Promise.resolve(),
    storage: { disks: () => ["/data/1", "/data/2"] },
    endpoints: [],
    ask: async (from, to, network) => (await run(from, ASK, addressOf(to, network))) as Answer,
    askFromHost,
    async roundTrip(from, to, network) {
      const command = ["bash", "-c", ROUND_TRIP, addressOf(to, network)];
      const { stdout } = await from.exec(command, { within: seconds(20) });
      return Number(stdout) / 1_000;
    },
    async send(from, to, packets) {
      const before = await counted(from, to);
      await run(from, SEND, to.address, String(packets));
      return (await counted(from, to)) - before;
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return cluster;
}

/** One line of answer from a node's published port; empty when the connection was closed instead. */
async function lineFrom(node: Node, question: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port: node.hostPort(PORT) });
  try {
    const answer = new Promise<string>((resolve, reject) => {
      socket.on("data", (data) => resolve(data.toString()));
      socket.on("error", reject);
      socket.on("close", () => resolve(""));
      socket.write(`${question}\n`);
    });
    return await withLimit(`an answer from ${node.name}`, seconds(1), answer);
  } finally {
    socket.destroy();
  }
}
