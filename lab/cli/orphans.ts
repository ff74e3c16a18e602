/** Runs whose lab and watchdog are both gone, so that nobody will ever remove them. */
import type { DoctorRow } from "../engine/doctor/doctor.ts";
import { openEngine, type Engine, type RunInfo } from "../engine/index.ts";
import { shellWord } from "../text.ts";

const remove = ({ run }: RunInfo): string => `lab down ${shellWord(run)}`;

const leftBehind = ({ nodes }: RunInfo): string =>
  `left behind with ${nodes} node${nodes === 1 ? "" : "s"}: its lab and its watchdog were killed`;

/** What the first lines of a rehearsal say of it. */
export const describeOrphan = (orphan: RunInfo): string =>
  `run ${orphan.run} was ${leftBehind(orphan)}. Remove it: ${remove(orphan)}`;

/** What the doctor says of it. */
export const rowOfOrphan = (orphan: RunInfo): DoctorRow => ({
  area: "engine",
  what: `run ${orphan.run}`,
  status: "limited",
  detail: leftBehind(orphan),
  mend: remove(orphan),
});

/** The runs that were left behind; none where the engine does not say. Never throws. */
export async function orphanedRuns(engine: Pick<Engine, "runs">): Promise<readonly RunInfo[]> {
  try {
    return (await engine.runs()).filter(({ state }) => state === "orphaned");
  } catch {
    return [];
  }
}

/** `orphanedRuns` of the engine that is there; none where there is none. */
export async function orphansOnThisMachine(): Promise<readonly RunInfo[]> {
  try {
    await using engine = await openEngine({ provision: false });
    return await orphanedRuns(engine);
  } catch {
    return [];
  }
}
