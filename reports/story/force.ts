/** When a fault was over, and which were in force together. */
import type { FaultTimes } from "../../lab/journal/fault-times.ts";

/** When a fault that undoes itself was over: a restarted node runs again once the restart is seen to have had its effect. */
export const overByItselfMs = ({ kind, inEffectMs }: FaultTimes): number | undefined =>
  kind === "restart" ? inEffectMs : undefined;

/** When a fault was over: by itself, or by its verified heal; undefined: it was not, in this record. */
export const overMs = (fault: FaultTimes): number | undefined =>
  overByItselfMs(fault) ?? (fault.healVerified === true ? fault.healedMs : undefined);

/** Whether a fault that came into force at all was not over yet at a moment. */
export const isInForceAt = (fault: FaultTimes, atMs: number): boolean =>
  fault.inEffectMs !== undefined && (overMs(fault) ?? Infinity) > atMs;
