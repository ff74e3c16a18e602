/** A node's volumes: folders that outlive its container's processes, and volumes of a limited size. */
import type Docker from "dockerode";
import type { MountSettings } from "dockerode";
import { HELPER_LABEL, runLabels, volumeName } from "../labels.ts";
import type { NodeSpec, Volume } from "../types.ts";

interface Place {
  readonly run: string;
  readonly kept: boolean;
}

export const pathOf = (volume: Volume): string => (typeof volume === "string" ? volume : volume.path);

/** The mounts of a node; a volume of limited size is a file system in memory. */
export function mountsOf(spec: Pick<NodeSpec, "name" | "volumes">, { run, kept }: Place): MountSettings[] {
  return (spec.volumes ?? []).map((volume, index) => ({
    Type: "volume",
    Source: volumeName(run, spec.name, index),
    Target: pathOf(volume),
    VolumeOptions: {
      NoCopy: false,
      Labels: runLabels(run, kept),
      DriverConfig: {
        Name: "local",
        Options: typeof volume === "string" ? {} : { type: "tmpfs", device: "tmpfs", o: `size=${volume.sizeMb}m` },
      },
    },
  }));
}

/**
 * What is in memory is gone when nobody has it mounted: a container that only sleeps keeps the volumes of limited
 * size over the node's restarts. It goes with the run. Nodes without such volumes get none.
 */
export async function holdVolumes(docker: Docker, spec: NodeSpec, place: Place): Promise<void> {
  const limited = mountsOf(spec, place).filter((_, index) => typeof spec.volumes?.[index] === "object");
  if (limited.length === 0) return;
  const container = await docker.createContainer({
    Image: spec.image.id,
    Labels: { ...runLabels(place.run, place.kept), [HELPER_LABEL]: "volumes" },
    Entrypoint: ["sleep", "infinity"],
    Cmd: [],
    // What the image has at their places is copied for the node, which comes next.
    HostConfig: {
      NetworkMode: "none",
      Mounts: limited.map((mount) => ({
        ...mount,
        ...(mount.VolumeOptions === undefined ? {} : { VolumeOptions: { ...mount.VolumeOptions, NoCopy: true } }),
      })),
    },
  });
  await container.start();
}

/** The size of the volume at a path of a container, in bytes; undefined where only the machine's disk limits it. */
export async function sizeLimitOf(docker: Docker, containerId: string, path: string): Promise<number | undefined> {
  const { Mounts: mounts } = await docker.getContainer(containerId).inspect();
  const name = mounts.find(({ Destination }) => Destination === path)?.Name;
  if (name === undefined) return undefined;
  const { Options: options } = await docker.getVolume(name).inspect();
  const [, megabytes] = /(?:^|,)size=(\d+)m(?:,|$)/.exec(options?.["o"] ?? "") ?? [];
  return megabytes === undefined ? undefined : Number(megabytes) * 1024 * 1024;
}
