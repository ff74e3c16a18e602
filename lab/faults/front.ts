/** The means by which a scenario's script breaks things: `fault.kill("leader of events/0")`. */
import type { FaultInjector } from "./injector.ts";
import { FAULT_METHODS, type FaultMethods, type FaultSpec } from "./registry.ts";
import type { Fault } from "./types.ts";
import { checkFault } from "./words.ts";

/**
 * A method for each kind, and `inject` for a fault as data. All resolve when the fault is in force; disposing what they
 * give heals it. Errors are those of `FaultInjector.inject`.
 */
export type FaultFront = {
  readonly [M in keyof FaultMethods]: (...words: Parameters<FaultMethods[M]["call"]>) => Promise<Fault>;
} & {
  /** A fault as data. */
  readonly inject: (spec: FaultSpec) => Promise<Fault>;
};

export function faultFront(injector: Pick<FaultInjector, "inject">): FaultFront {
  const methods = Object.entries(FAULT_METHODS).map(([name, kind]) => [
    name,
    async (...words: never[]): Promise<Fault> => injector.inject(checkFault(kind.call(...words))),
  ]);
  // Made of the same list as the type.
  return { ...Object.fromEntries(methods), inject: (spec: FaultSpec) => injector.inject(spec) } as FaultFront;
}
