export interface DoctorRow {
  readonly area: "engine" | "kernel" | "memory" | "disk" | "images" | "faults" | "node";
  readonly what: string;
  readonly status: "ok" | "missing" | "limited";
  readonly detail: string;
  readonly mend?: string;
}

export function examineMachine(): Promise<readonly DoctorRow[]> {
  return Promise.resolve([]);
}
