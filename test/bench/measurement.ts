/** One figure of a bench. */
export interface Measurement {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
  /** `≤ 5`, `≥ 2,000,000`: in the measurement's unit. Anything else is shown as it is, and not compared. */
  readonly goal?: string;
}
