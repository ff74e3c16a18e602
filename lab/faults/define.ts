/**
 * What a kind of fault is: one value in one file of kinds/, that holds its data and its words, what it needs, how it is
 * applied, measured, undone and verified, and how it is told of. registry.ts names them all.
 */
import type { ComponentId, Helper } from "../engine/types.ts";
import type { Random } from "../random.ts";
import type { FaultAction } from "./action.ts";
import type { Field, Problem } from "./fields.ts";
import type { TargetContext } from "./resolve.ts";
import { template, type Fields, type Template } from "./template.ts";
import type { Tools } from "./tools.ts";

/** How reports and lists group the kinds. */
export const FAULT_GROUPS = ["process", "network", "disk", "processor"] as const;
export type FaultGroup = (typeof FAULT_GROUPS)[number];

/** Data of a fault whose kind is not known to the compiler. */
export interface FaultData {
  readonly kind: string;
  readonly permanent?: true;
}

/** Neither healed nor waited for: a lost region. */
export const isPermanent = ({ permanent }: { readonly kind: string; readonly permanent?: unknown }): boolean =>
  permanent === true;

/** One way to say what a kind breaks: the fields of its data, and the words for them without the kind. */
interface Variant<F extends Fields = Fields> {
  readonly fields: F;
  readonly says: string;
}

type ValueOf<F> = F extends Field<infer T> ? T : never;
type Flat<T> = { readonly [N in keyof T]: T[N] };
type Data<F extends Fields> = {
  readonly [N in keyof F as F[N] extends { optional: true } ? never : N]: ValueOf<F[N]>;
} & { readonly [N in keyof F as F[N] extends { optional: true } ? N : never]?: ValueOf<F[N]> };

/** The data of a kind: a union where it has several variants. */
export type SpecOf<K extends string, V> = V extends Variant<infer F> ? Flat<{ readonly kind: K } & Data<F>> : never;

/** What an action is made with. */
export interface ActContext {
  /** The fault's id. */
  readonly fault: string;
  readonly kind: string;
  /** Whom phrases are resolved among. */
  readonly among: TargetContext;
  /** This fault's own stream. */
  readonly random: Random;
  readonly tools: Tools;
}

/** Whether a kind can be had on a machine. */
export interface Support {
  /** What puts it in force. */
  readonly driver: "engine" | "packet filter" | "netem or proxy";
  /** What it rests on: `SIGKILL through the engine`. */
  readonly rests: string;
  /** Tries it where it hurts nobody, and takes it back. Absent: it works wherever the engine does. @throws when it does not work here */
  readonly tryOut?: (startHelper: (command: readonly string[]) => Promise<Helper>) => Promise<void>;
}

/** What a kind's file says. */
interface FaultKindOptions<K extends string, V extends readonly Variant[], A extends unknown[]> {
  readonly kind: K;
  readonly group: FaultGroup;
  readonly variants: V;
  /** A whole fault in words. */
  readonly example: string;
  /** Its row in docs/faults.md. */
  readonly tells: {
    readonly effect: string;
    /** When its receipt says that it was effective. */
    readonly receipt: string;
    /** How it is undone, and how that is verified. */
    readonly undo: string;
  };
  readonly support: Support;
  /** Its heal does not bring back what it took: the clusters are not used again. */
  readonly taints?: boolean;
  /** Images that it needs beside the packet filter's and those of the clusters. */
  readonly tools?: readonly ComponentId[];
  /** What no single field can see. */
  readonly problem?: (spec: SpecOf<K, V[number]>) => Problem | undefined;
  /** How a script says it: `fault.KIND(…)`. */
  readonly call: (...words: A) => SpecOf<K, V[number]>;
  /** Started in the background when a run opens, since a fault is wanted at a moment. */
  readonly warmUp?: (tools: Tools) => Promise<unknown>;
  /** Resolves whom it means, and changes nothing yet. @throws LabError `bad-usage`, `fault-failed`, `fault-unsupported` */
  readonly act: (spec: SpecOf<K, V[number]>, context: ActContext) => Promise<FaultAction>;
}

/** A kind of fault, with what follows from its file. */
export interface FaultKindOf<K extends string, S extends FaultData, A extends unknown[]> {
  readonly kind: K;
  readonly group: FaultGroup;
  readonly variants: readonly { readonly fields: Fields; readonly template: Template }[];
  readonly example: string;
  readonly tells: FaultKindOptions<K, readonly Variant[], A>["tells"];
  readonly support: Support;
  readonly taints: boolean;
  readonly tools: readonly ComponentId[];
  warmUp(tools: Tools): Promise<unknown>;
  problem(spec: S): Problem | undefined;
  call(...words: A): S;
  act(spec: S, context: ActContext): Promise<FaultAction>;
}

/** A kind whose data is not known to the compiler: what lists of kinds hold. */
export type AnyFaultKind = FaultKindOf<string, FaultData, never[]>;

/** Makes a kind of what its file says. @throws RangeError for words that do not fit its fields */
export function defineFault<const K extends string, const V extends readonly Variant[], A extends unknown[]>(
  options: FaultKindOptions<K, V, A>,
): FaultKindOf<K, SpecOf<K, V[number]>, A> {
  const { taints = false, tools = [], problem = () => undefined, warmUp = () => Promise.resolve() } = options;
  return {
    ...options,
    taints,
    tools,
    problem,
    warmUp,
    variants: options.variants.map(({ fields, says }) => ({ fields, template: template(says, fields) })),
  };
}
