/** How fast a container may write to the device of one of its volumes: the engine can not change that of one that runs. */
import type Docker from "dockerode";
import { LabError } from "../../errors.ts";
import { onDiskOf } from "./on-disk.ts";

/**
 * `PID PATH RATE`: a rate of 0 takes the limit away. Prints the limit that the kernel then has for the device of the
 * path, or nothing. A limit is of a whole device, never of a partition.
 */
const LIMIT = `
set -eu
pid=$0 path=$1 rate=$2
device=$(stat -c %d "$path")
id=$((device >> 8 & 4095)):$((device & 255 | device >> 12 & 1048320))
[ ! -e "/sys/dev/block/$id/partition" ] || id=$(cat "/sys/dev/block/$id/../dev")
[ -e "/sys/dev/block/$id" ] || { echo "$path is on no block device" >&2; exit 3; }
group=$(sed -n 's/^[0-9]*:\\([^:]*,\\)*blkio\\(,[^:]*\\)*:\\(.*\\)$/\\3/p' "/proc/$pid/cgroup")
if [ -n "$group" ]; then
  file=/lab-cgroup/blkio$group/blkio.throttle.write_bps_device
  echo "$id $rate" >"$file"
  sed -n "s/^$id //p" "$file"
else
  file=/lab-cgroup$(sed -n 's/^0:://p' "/proc/$pid/cgroup")/io.max
  if [ "$rate" = 0 ]; then rate=max; fi
  echo "$id wbps=$rate" >"$file"
  sed -n "s/^$id .*wbps=\\([0-9]*\\).*/\\1/p" "$file"
fi`;

/** Of the engine's machine: its processes, and its control groups, to be written to. */
const MACHINE: Docker.HostConfig & { readonly CgroupnsMode: string } = {
  PidMode: "host",
  CgroupnsMode: "host",
  Binds: ["/sys/fs/cgroup:/lab-cgroup"],
};

/**
 * Limits the writes of a running container to the device of one of its volumes; undefined takes the limit away. Gives
 * the limit that the kernel has then. It ends with the container's processes.
 * @throws LabError `fault-unsupported` for a volume on no block device, `node-failed`
 */
export async function limitWritesOf(
  docker: Docker,
  containerId: string,
  path: string,
  bytesPerSecond: number | undefined,
): Promise<number | undefined> {
  const { State: state, Name: name } = await docker.getContainer(containerId).inspect();
  if (!state.Running)
    throw new LabError({ code: "node-failed", message: `${name} does not run: it can not be limited` });
  const command = ["sh", "-c", LIMIT, String(state.Pid), path, String(bytesPerSecond ?? 0)];
  const { exitCode, stdout, stderr } = await onDiskOf(docker, containerId, name, command, undefined, MACHINE);
  if (exitCode === 0) return stdout.trim() === "" ? undefined : Number(stdout);
  throw new LabError({
    code: exitCode === 3 ? "fault-unsupported" : "node-failed",
    message: `the writes of ${name} to ${path} can not be limited: ${stderr.trim()}`,
    hint: "it takes the control group for block I/O (blkio, or io of version 2), and a volume on a disk",
  });
}
