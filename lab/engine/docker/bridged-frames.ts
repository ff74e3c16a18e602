/** Lets frames between the nodes of a run pass the IP filter of the engine's machine, which resets between nodes take. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { runOnce } from "./recover.ts";

/**
 * Takes the bridges' names. Only where the kernel does it for no bridge yet: for these alone, which go with the run.
 * Ends with 9 where the module that does it is not loaded.
 */
const PASS = `
set -eu
setting=/proc/sys/net/bridge/bridge-nf-call-iptables
[ -e $setting ] || exit 9
if [ "$(cat $setting)" = 1 ]; then exit 0; fi
for bridge; do ip link set dev "$bridge" type bridge nf_call_iptables 1; done`;

/** Loads the module. What that switches on, for every bridge of the machine, is switched off again at once. */
const LOAD = `
set -eu
modprobe br_netfilter
for setting in iptables ip6tables arptables; do echo 0 > /proc/sys/net/bridge/bridge-nf-call-$setting; done`;

/** Modules are loaded by a privileged container only. */
const PRIVILEGED: Docker.HostConfig = { Privileged: true, Binds: ["/lib/modules:/lib/modules:ro"] };

/** @throws LabError `fault-unsupported` with the commands that do it by hand */
export async function passBridgedFrames(
  docker: Docker,
  run: string,
  image: string,
  bridges: readonly string[],
): Promise<void> {
  try {
    const pass = (): Promise<string> => runOnce(docker, run, image, ["sh", "-c", PASS, "pass", ...bridges]);
    try {
      await pass();
    } catch (error) {
      if (!messageOf(error).includes("ended with 9")) throw error;
      await runOnce(docker, run, image, ["sh", "-c", LOAD], "host", PRIVILEGED);
      await pass();
    }
  } catch (cause) {
    throw new LabError({
      code: "fault-unsupported",
      message: `frames between nodes do not pass the IP filter of the engine's machine, and the lab could not change that: ${messageOf(cause)}`,
      hint: "`modprobe br_netfilter && sysctl -w net.bridge.bridge-nf-call-iptables=1` as root on that machine",
      cause,
    });
  }
}
