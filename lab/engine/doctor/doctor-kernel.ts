/** The rows of `lab doctor` on kernel features: tried in a throw-away container where its image is there, else looked up. */
import { existsSync } from "node:fs";
import { release } from "node:os";
import type Docker from "dockerode";
import { messageOf } from "../../errors.ts";
import { freshId } from "../../random.ts";
import type { DoctorRow } from "./doctor.ts";
import { readText } from "../machine.ts";
import { runOnce } from "../docker/recover.ts";
import type { ComponentId } from "../types.ts";

interface Feature {
  readonly what: string;
  /** Succeeds where the kernel has it; run as root in a network namespace of its own. */
  readonly trial: string;
  readonly modules: readonly string[];
  readonly without: string;
}

const FEATURES: readonly Feature[] = [
  {
    what: "bridge filter (nftables)",
    trial:
      "nft 'add table bridge t; add chain bridge t c { type filter hook forward priority -300; }; delete table bridge t'",
    modules: ["nf_tables", "nft_meta_bridge"],
    without: "no partitions and no loss",
  },
  {
    what: "netem",
    trial: "tc qdisc add dev lo root netem delay 1ms && tc qdisc del dev lo root",
    modules: ["sch_netem"],
    without: "no delay by the kernel; it takes a proxy",
  },
];

/** The newest image of a component that is here, by its id. */
export async function findImage(docker: Docker, component: ComponentId): Promise<string | undefined> {
  const images = await docker.listImages({ filters: { reference: [`resilience-lab/${component}`] } });
  return images.sort((a, b) => b.Created - a.Created)[0]?.Id;
}

/** @param netfilter the image to try things in; without it, features are looked up in the kernel's own lists. */
export async function kernelRows(docker: Docker | undefined, netfilter: string | undefined): Promise<DoctorRow[]> {
  const seen =
    docker !== undefined && netfilter !== undefined ? await tryFeatures(docker, netfilter) : lookFeaturesUp();
  return [...seen, ...(docker === undefined ? [] : [await cgroupRow(docker)]), freezerRow(), bridgedFramesRow()];
}

async function tryFeatures(docker: Docker, image: string): Promise<DoctorRow[]> {
  const script = FEATURES.map(
    ({ trial }, index) =>
      `if out=$( { ${trial}; } 2>&1 ); then echo "${index} ok"; else echo "${index} $out" | head -1; fi`,
  );
  try {
    const output = await runOnce(docker, `doctor-${freshId()}`, image, ["sh", "-c", script.join("\n")], "none");
    return FEATURES.map((feature, index) => {
      const answer =
        output
          .split("\n")
          .find((line) => line.startsWith(`${index} `))
          ?.slice(2) ?? "no answer";
      const row = { area: "kernel", what: feature.what } as const;
      if (answer === "ok") return { ...row, status: "ok", detail: "tried in a container" };
      return { ...row, status: "limited", detail: `tried in a container: ${answer}; ${feature.without}` };
    });
  } catch (error) {
    return FEATURES.map(({ what }) => ({
      area: "kernel",
      what,
      status: "limited",
      detail: `could not be tried: ${messageOf(error)}`,
    }));
  }
}

/** A loaded module, one that is built in, or one that can be loaded. */
function lookFeaturesUp(): DoctorRow[] {
  if (process.platform !== "linux") {
    return FEATURES.map(({ what }) => ({
      area: "kernel",
      what,
      status: "limited",
      detail: "not tried: the netfilter image is not here yet",
    }));
  }
  const folder = `/lib/modules/${release()}`;
  const loaded = readText("/proc/modules");
  const known = readText(`${folder}/modules.builtin`) + readText(`${folder}/modules.dep`);
  return FEATURES.map(({ what, modules, without }) => {
    const row = { area: "kernel", what } as const;
    const has = (module: string): boolean =>
      new RegExp(`(^|/)${module}(\\.ko|\\s)`, "m").test(loaded + known) || existsSync(`/sys/module/${module}`);
    if (modules.every(has)) return { ...row, status: "ok", detail: "in the kernel's list of modules; not tried" };
    if (known === "")
      return {
        ...row,
        status: "limited",
        detail: "not known: no list of modules, and the netfilter image is not here yet",
      };
    return { ...row, status: "limited", detail: `not in the kernel's list of modules; ${without}` };
  });
}

async function cgroupRow(docker: Docker): Promise<DoctorRow> {
  const row = { area: "kernel", what: "control groups" } as const;
  try {
    const { CgroupVersion, CgroupDriver } = (await docker.info()) as { CgroupVersion?: string; CgroupDriver?: string };
    return {
      ...row,
      status: "ok",
      detail: `version ${CgroupVersion ?? "1"}, by ${CgroupDriver ?? "an unnamed driver"}`,
    };
  } catch (error) {
    return { ...row, status: "limited", detail: messageOf(error) };
  }
}

/** Pausing a node takes it. Version 2 always has it; on version 1 it is a controller of its own. */
function freezerRow(): DoctorRow {
  const row = { area: "kernel", what: "freezer" } as const;
  if (process.platform !== "linux")
    return { ...row, status: "limited", detail: "in the engine's own machine; not looked at" };
  if (existsSync("/sys/fs/cgroup/cgroup.controllers"))
    return { ...row, status: "ok", detail: "part of control groups version 2" };
  const [, , , enabled] = /^freezer\s.*$/m.exec(readText("/proc/cgroups"))?.[0].split(/\s+/) ?? [];
  if (enabled === "1") return { ...row, status: "ok", detail: "a controller of control groups version 1" };
  return { ...row, status: "missing", detail: "not there: nodes can not be paused" };
}

function bridgedFramesRow(): DoctorRow {
  const setting = "net.bridge.bridge-nf-call-iptables";
  const row = { area: "kernel", what: "bridge-nf-call-iptables" } as const;
  const value = readText(`/proc/sys/${setting.replaceAll(".", "/")}`).trim();
  if (value === "1") return { ...row, status: "ok", detail: "1: bridged frames pass the IP filter" };
  const detail = `${value === "" ? "not there" : value}: a reset between nodes sets it, for the bridges of its run`;
  return { ...row, status: "limited", detail, mend: `modprobe br_netfilter && sysctl -w ${setting}=1` };
}
