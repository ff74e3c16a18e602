/** What this machine can do, as rows for `lab doctor`. Changes nothing, and works without an engine too. */
import type Docker from "dockerode";
import { messageOf } from "../../errors.ts";
import { freshId } from "../../random.ts";
import { findImage, kernelRows } from "./doctor-kernel.ts";
import { diskRow, limitRows, memoryRow, nodeRow } from "./doctor-machine.ts";
import { describeEngine } from "../describe-engine.ts";
import { findEngine, type Found } from "../docker/find.ts";
import { startHelper } from "../docker/helper.ts";
import { imageStatus } from "../image-build/images.ts";
import { REFUSAL_HINT } from "../image-build/images-messages.ts";
import { imagePolicy, registryTrouble } from "../image-build/images-policy.ts";
import { BASE_IMAGE } from "../image-build/images-recipes.ts";
import { whyNotProvision } from "../docker/private-engine.ts";
import type { Helper } from "../types.ts";

export interface DoctorRow {
  readonly area: "engine" | "kernel" | "memory" | "disk" | "images" | "faults" | "node";
  readonly what: string;
  /** `limited`: a rehearsal can do without it, or the lab gets it by itself. */
  readonly status: "ok" | "missing" | "limited";
  readonly detail: string;
  /** What to do about it: a command where there is one. */
  readonly mend?: string;
}

/** A kind of fault, and whether it works on this machine. */
export interface FaultSupport {
  readonly kind: string;
  /** What puts it in force: `packet filter`. */
  readonly driver: string;
  /** What it rests on: `SIGKILL through the engine`. */
  readonly rests: string;
  /** `not tried`: no helper was given to try it with. */
  readonly here: "yes" | "no" | "not tried";
  /** Why not, or how to mend it. */
  readonly why?: string;
}

/** Tries the kinds of faults; the helper runs with NET_ADMIN in the engine's network, and is absent without an engine. */
export type TryFaults = (
  startHelper?: (command: readonly string[]) => Promise<Helper>,
) => Promise<readonly FaultSupport[]>;

/** Never throws: what can not be found out is a row that says so. */
export async function examineMachine(tryFaults: TryFaults): Promise<readonly DoctorRow[]> {
  const { row, found } = await lookForEngine();
  const docker = found?.docker;
  const netfilter = docker === undefined ? undefined : await findImage(docker, "netfilter");
  const images = await imageRows(docker);
  const toBuild = images.some(({ status }) => status !== "ok");
  return [
    nodeRow(),
    row,
    ...(docker === undefined ? [] : [await registryRow(docker)]),
    ...(await kernelRows(docker, netfilter)),
    ...limitRows(),
    memoryRow(),
    await diskRow(toBuild),
    ...images,
    ...(await faultRows(docker, netfilter, tryFaults)),
  ];
}

async function lookForEngine(): Promise<{ readonly row: DoctorRow; readonly found?: Found }> {
  const engine = { area: "engine", what: "container engine" } as const;
  try {
    const found = await findEngine();
    if (found === undefined) {
      const obstacle = whyNotProvision();
      if (obstacle !== undefined)
        return {
          row: { ...engine, status: "missing", detail: `none answers, and ${obstacle.why}`, mend: obstacle.hint },
        };
      return {
        row: { ...engine, status: "limited", detail: "none answers; the first run installs and starts a private one" },
      };
    }
    const { Version: version, ApiVersion: apiVersion } = await found.docker.version();
    const { url: endpoint, from } = found.endpoint;
    return {
      found,
      row: {
        ...engine,
        status: "ok",
        detail: describeEngine({ version, apiVersion, from, endpoint }),
      },
    };
  } catch (error) {
    const hint =
      error instanceof Error && "hint" in error && typeof error.hint === "string" ? { mend: error.hint } : {};
    return { row: { ...engine, status: "missing", detail: messageOf(error), ...hint } };
  }
}

async function registryRow(docker: Docker): Promise<DoctorRow> {
  const row = { area: "engine", what: "image registry" } as const;
  try {
    const { take, registry } = imagePolicy();
    if (take === "packages") return { ...row, status: "ok", detail: "not asked: RESILIENCE_LAB_IMAGES is packages" };
    const trouble = await registryTrouble(docker, BASE_IMAGE, registry);
    if (trouble === undefined) return { ...row, status: "ok", detail: "in reach" };
    if (trouble.refused) {
      return { ...row, status: "limited", detail: `it refuses (${trouble.reason})`, mend: REFUSAL_HINT };
    }
    return { ...row, status: "limited", detail: `out of reach, so images are built from packages (${trouble.reason})` };
  } catch (error) {
    return { ...row, status: "missing", detail: messageOf(error) };
  }
}

async function imageRows(docker: Docker | undefined): Promise<DoctorRow[]> {
  if (docker === undefined)
    return [{ area: "images", what: "images", status: "limited", detail: "not known without an engine" }];
  try {
    return (await imageStatus(docker)).map(({ component, reference, had, source, sizeBytes }) => {
      const row = { area: "images", what: component } as const;
      if (had) return { ...row, status: "ok", detail: `${reference}, ${Math.round((sizeBytes ?? 0) / 1e6)} MB` };
      const way = source === "registry" ? "made from the official image" : "built from packages";
      return { ...row, status: "limited", detail: `not here yet; ${way} when a run needs it` };
    });
  } catch (error) {
    return [{ area: "images", what: "images", status: "missing", detail: messageOf(error) }];
  }
}

/** Network faults are tried out between addresses that nobody has, in a table of their own. */
async function faultRows(
  docker: Docker | undefined,
  netfilter: string | undefined,
  tryFaults: TryFaults,
): Promise<DoctorRow[]> {
  const why = docker === undefined ? "no engine" : "the netfilter image is not here yet";
  const start =
    docker === undefined || netfilter === undefined
      ? undefined
      : (command: readonly string[]): Promise<Helper> =>
          startHelper(docker, { run: `doctor-${freshId()}`, image: netfilter, command, network: "host" });
  const support = await tryFaults(start);
  return support.map((fault) => faultRow(fault, docker !== undefined, why));
}

function faultRow(fault: FaultSupport, engine: boolean, why: string): DoctorRow {
  const row = { area: "faults", what: fault.kind } as const;
  const way = `by the ${fault.driver}: ${fault.rests}`;
  if (fault.here === "no")
    return {
      ...row,
      status: "missing",
      detail: `${way}; it does not work here`,
      ...(fault.why === undefined ? {} : { mend: fault.why }),
    };
  if (fault.here === "not tried" || !engine) return { ...row, status: "limited", detail: `${way}; not tried: ${why}` };
  return { ...row, status: "ok", detail: way };
}
