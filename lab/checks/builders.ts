/** The checks as a scenario writes them: each call gives plain data, kept in the run folder. */
import { LabError } from "../errors.ts";
import type { CheckSpec } from "./types.ts";

type SpecOf<C extends CheckSpec["check"]> = Extract<CheckSpec, { readonly check: C }>;
type OptionsOf<C extends CheckSpec["check"]> = Omit<SpecOf<C>, "check">;

function must(fine: boolean, message: string, hint: string): void {
  if (!fine) throw new LabError({ code: "bad-scenario", message, hint });
}

/** Definitions: docs/checks.md. @throws LabError `bad-scenario` for a parameter that cannot be meant. */
export const check = {
  delivery: (of: string, options: Omit<OptionsOf<"delivery">, "of"> = {}): SpecOf<"delivery"> => ({
    check: "delivery",
    of,
    ...options,
  }),

  set: (of: string, options: Omit<OptionsOf<"set">, "of"> = {}): SpecOf<"set"> => ({ check: "set", of, ...options }),

  register: (of: string, options: Omit<OptionsOf<"register">, "of"> = {}): SpecOf<"register"> => ({
    check: "register",
    of,
    ...options,
  }),

  availability(options: OptionsOf<"availability">): SpecOf<"availability"> {
    must(
      options.atLeast > 0 && options.atLeast <= 1,
      `availability of ${options.of}: atLeast is a share, and ${options.atLeast} is none`,
      `99 % is written check.availability({ of: "${options.of}", atLeast: 0.99, limit: seconds(1) })`,
    );
    return { check: "availability", ...options };
  },

  refused(options: OptionsOf<"refused">): SpecOf<"refused"> {
    must(
      options.errors.length > 0,
      `refused ${options.of}: no error is named, so no refusal could be the expected one`,
      `name them: check.refused({ of: "${options.of}", during: …, errors: ["NOT_ENOUGH_REPLICAS"] })`,
    );
    return { check: "refused", ...options };
  },

  recovery: (options: OptionsOf<"recovery">): SpecOf<"recovery"> => ({ check: "recovery", ...options }),

  handover: (options: OptionsOf<"handover">): SpecOf<"handover"> => ({ check: "handover", ...options }),

  positions: (of: string): SpecOf<"positions"> => ({ check: "positions", of }),

  placement(options: OptionsOf<"placement">): SpecOf<"placement"> {
    must(
      Number.isInteger(options.shards) && options.shards > 1,
      `placement of ${options.of}: on ${options.shards} shards there is nothing to choose`,
      `use two or more: check.placement({ of: "${options.of}", shards: 3 })`,
    );
    return { check: "placement", ...options };
  },

  observed(options: OptionsOf<"observed">): SpecOf<"observed"> {
    must(
      options.values.length > 0,
      `observed ${options.subject}: no value is named`,
      `name them in their order: check.observed({ subject: "${options.subject}", values: [2, 3] })`,
    );
    return { check: "observed", ...options };
  },

  convergence: (options: OptionsOf<"convergence">): SpecOf<"convergence"> => ({ check: "convergence", ...options }),
} as const;
