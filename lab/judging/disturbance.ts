/** Whether a run was left undecided by the machine or the lab alone. */
import type { VerdictFile } from "../run-folder/run-folder.ts";
import type { Disturbance } from "../../reports/night/types.ts";
import { MACHINE_WAS_THE_LABS, OTHERS_HAD_IT } from "./crowding.ts";
import { LAB_KEPT_GOING, LAB_STOOD_STILL } from "./stalls.ts";

const CONDITIONS: readonly string[] = [LAB_KEPT_GOING, MACHINE_WAS_THE_LABS];

/** What alone left the run undecided; undefined where the run was decided, or anything else speaks against it. */
export function disturbanceOf(judged: VerdictFile): Disturbance | undefined {
  if (judged.verdict !== "unknown") return undefined;
  const open = [...judged.expectations, ...judged.slos, ...(judged.assumptions ?? [])].filter(isOpen);
  const trouble = judged.conditions.filter(isOpen).map(({ name }) => name);
  const isExcused = open.every(
    ({ verdict, summary }) =>
      verdict === "unknown" && (summary.endsWith(LAB_STOOD_STILL) || summary.endsWith(OTHERS_HAD_IT)),
  );
  if (!isExcused || trouble.length === 0 || !trouble.every((name) => CONDITIONS.includes(name))) return undefined;
  return trouble.includes(LAB_KEPT_GOING) ? "the lab stood still" : "busy machine";
}

/** The first reason that is none of the machine's or the lab's, or else the first; undefined where there is none. */
export const tellingReason = ({ reasons }: Pick<VerdictFile, "reasons">): string | undefined =>
  reasons.find(
    (reason) =>
      !CONDITIONS.some((name) => reason.startsWith(`condition "${name}" `)) &&
      !reason.endsWith(LAB_STOOD_STILL) &&
      !reason.endsWith(OTHERS_HAD_IT),
  ) ?? reasons[0];

const isOpen = ({ verdict }: { readonly verdict: string }): boolean => verdict !== "held";
