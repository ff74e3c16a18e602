/** What may stand in a field of a spec. The messages are the same for every cluster and every load. */
import { LabError } from "./errors.ts";
import { formatDuration } from "./time.ts";

export interface Bounds {
  /** The error for a field that can not be: code `bad-scenario`, naming the builder and the field. */
  readonly bad: (field: string, what: string, hint: string) => LabError;
  /** @throws LabError `bad-scenario`; `because` says where the bounds come from. */
  readonly wholeNumber: (field: string, value: number, least: number, most: number, because?: string) => void;
  /** Milliseconds. @throws LabError `bad-scenario` */
  readonly durationWithin: (field: string, value: number, least: number, most: number) => void;
}

/** The bounds of one builder's fields, by the builder's name as scenarios write it: `kafkaCluster`. */
export function boundsOf(builder: string): Bounds {
  const bad = (field: string, what: string, hint: string): LabError =>
    new LabError({ code: "bad-scenario", message: `${builder}: ${field} ${what}`, hint });
  return {
    bad,
    wholeNumber(field, value, least, most, because) {
      if (Number.isInteger(value) && value >= least && value <= most) return;
      const reason = because === undefined ? "" : ` (${because})`;
      throw bad(field, `is ${value}`, `use a whole number from ${least} to ${most}${reason}`);
    },
    durationWithin(field, value, least, most) {
      if (value >= least && value <= most) return;
      throw bad(field, `is ${formatDuration(value)}`, `use ${formatDuration(least)} to ${formatDuration(most)}`);
    },
  };
}
