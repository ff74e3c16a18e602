/** What labs have left behind whose watchdogs are gone, too: runs that nobody will ever remove, and faults in runs that stand. */
import type { DoctorRow } from "../engine/doctor/doctor.ts";
import { openEngine, type Engine, type RunInfo } from "../engine/index.ts";
import { messageOf } from "../errors.ts";
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

/**
 * Undoes the faults that nobody looks after on clusters that stand, and says so, a line a run. Never throws: what cannot
 * be undone is told.
 */
export async function undoneOnStanding(engine: Pick<Engine, "healStanding">): Promise<readonly string[]> {
  try {
    return (await engine.healStanding()).map(
      ({ run, faults }) =>
        `run ${run} stood with ${faults === 1 ? "1 fault" : `${faults} faults`} of a lab that was killed; ${faults === 1 ? "it is" : "they are"} undone`,
    );
  } catch (error) {
    return [`the faults that a killed lab left on clusters that stand could not be undone: ${messageOf(error)}`];
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
