/** What the helper in a delayed node's network runs, with what its image has: a shell, Perl's base, Toxiproxy, nft, tc, ip. */
import { END_QUEUES } from "../../engine/undo-actions.ts";

/** Where the echo service listens (RFC 862). */
export const ECHO_PORT = 7;

/** Sends back what it gets. Where another one does so already, it ends. */
const ECHO = `
use strict; use warnings; use IO::Socket::INET; use IO::Select;
my $server = IO::Socket::INET->new(LocalPort => ${ECHO_PORT}, Listen => 100, ReuseAddr => 1) or exit;
my $select = IO::Select->new($server);
while (1) {
  for my $ready ($select->can_read) {
    if ($ready == $server) { my $caller = $server->accept; $select->add($caller) if $caller; next; }
    my $text = "";
    if (!sysread($ready, $text, 1000)) { $select->remove($ready); close $ready; next; }
    syswrite($ready, $text);
  }
}`;

/**
 * Toxiproxy on an address of the loopback as a user of its own, the echo service, and `nft -i` on the standard input.
 * All end with the input; the table goes with nft, and netem's queues are taken away.
 */
const START = `
perl -e "$2" &
setpriv --reuid "$1" --clear-groups toxiproxy-server -host "$0" >/dev/null 2>&1 &
nice -n -20 nft -j -i
${END_QUEUES}
exit 0`;

export const startProgram = (host: string, user: number): readonly string[] => [
  "sh",
  "-c",
  START,
  host,
  String(user),
  ECHO,
];

/**
 * All addresses are asked at the same time, each over one connection. Each round trip is a line: the address and the
 * microseconds. Whoever does not answer is left when the time is over.
 */
const ASK = `
rounds=$0 seconds=$1; shift
ask() {
  exec 3<>"/dev/tcp/$1/${ECHO_PORT}" || exit
  for ((round = 0; round < rounds; round++)); do
    asked=\${EPOCHREALTIME/[.,]/}
    printf "?" >&3
    read -r -N 1 -u 3 answer || exit
    echo "$1 $((\${EPOCHREALTIME/[.,]/} - asked))"
  done
}
pids=()
for address in "$@"; do ask "$address" & pids+=($!); done
(sleep "$seconds"; kill "\${pids[@]}") >/dev/null 2>&1 &
wait "\${pids[@]}" 2>/dev/null
kill $! 2>/dev/null
exit 0`;

export const askProgram = (rounds: number, limitSeconds: number, addresses: readonly string[]): readonly string[] => [
  "bash",
  "-c",
  ASK,
  String(rounds),
  String(limitSeconds),
  ...addresses,
];

/** For each address the route that the kernel takes to it from here, a line each. */
export const routesProgram = (addresses: readonly string[]): readonly string[] => [
  "sh",
  "-c",
  'for address; do ip -o route get "$address" || exit; done',
  "sh",
  ...addresses,
];
