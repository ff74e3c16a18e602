/** Lets frames between the nodes of a run pass the IP filter of the engine's machine, which resets between nodes take. */
import type Docker from "dockerode";
import { LabError, messageOf } from "../../errors.ts";
import { runOnce } from "./recover.ts";

/**
 * Takes the bridges' names. Only where the kernel does it for no bridge yet: for these alone, which go with the run. What
 * else loading the module switches on, for every bridge of the machine, is switched off again at once.
 */
const PASS = `
set -eu
settings=/proc/sys/net/bridge
if [ ! -e $settings/bridge-nf-call-iptables ]; then
  modprobe br_netfilter
  for setting in iptables ip6tables arptables; do echo 0 > $settings/bridge-nf-call-$setting; done
fi
if [ "$(cat $settings/bridge-nf-call-iptables)" = 1 ]; then exit 0; fi
for bridge; do
  echo 1 > /sys/class/net/$bridge/bridge/nf_call_iptables
  [ "$(cat /sys/class/net/$bridge/bridge/nf_call_iptables)" = 1 ]
done`;

/** Modules are loaded, and settings of the machine's devices written, by a privileged container only. */
const PRIVILEGED: Docker.HostConfig = { Privileged: true, Binds: ["/lib/modules:/lib/modules:ro"] };

/** @throws LabError `fault-unsupported` with the commands that do it by hand */
export async function passBridgedFrames(
  docker: Docker,
  run: string,
  image: string,
  bridges: readonly string[],
): Promise<void> {
  try {
    await runOnce(docker, run, image, ["sh", "-c", PASS, "pass", ...bridges], "host", PRIVILEGED);
  } catch (cause) {
    throw new LabError({
      code: "fault-unsupported",
      message: `frames between nodes do not pass the IP filter of the engine's machine, and the lab could not change that: ${messageOf(cause)}`,
      hint: "`modprobe br_netfilter && sysctl -w net.bridge.bridge-nf-call-iptables=1` as root on that machine",
      cause,
    });
  }
}
