/**
 * What a system is made of. One folder defines one; `registry.ts` names it in one line, and all else derives: the union of
 * specs, images, `lab up`, validation, the plan's schema, docs. docs/add-a-system.md walks through one.
 */
import type { ComponentId, Node } from "../engine/types.ts";
import { attachNodes, bringUp } from "./nodes.ts";
import type { SpecKind } from "./spec-kind.ts";
import type { AnySpec, Cluster, ClusterContext, PlanContext, PlannedNode } from "./types.ts";

/** Names and numbers in a phrase, by the groups of its form. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** A phrase by which faults mean some of its nodes; `Cluster.resolve` says which they are now. */
export interface Phrase<S extends AnySpec = AnySpec> {
  /** As the docs write it: what is in capitals stands for a name or a number. */
  readonly phrase: string;
  readonly means: string;
  readonly form: RegExp;
  /** As a scenario may write it. */
  readonly example: string;
  /** What is wrong with the names in a phrase of this form; undefined: nothing. */
  wrong?(groups: Groups, spec: S): string | undefined;
}

/** What `Cluster.watch` journals when it changes, role or observation: for `waitFor` and `check.observed`. */
export interface Subject<S extends AnySpec = AnySpec> {
  /** As the docs write it: what is in capitals stands for a name or a number. */
  readonly subject: string;
  readonly values: string;
  /** All that there are in a cluster of this name with these nodes. */
  names(cluster: string, spec: S, nodes: readonly string[]): readonly string[];
}

/** Another cluster of the topology that a spec names. */
export interface Reference {
  /** Where in the spec. */
  readonly field: readonly string[];
  readonly name: string;
  /** The system that it must be of; absent: any. */
  readonly system?: string;
}

/** What the lab knows of a system. */
export interface System<S extends AnySpec = AnySpec, C extends Cluster = Cluster> {
  readonly system: S["system"];
  /** What it is, in one sentence; help and docs show it. */
  readonly sentence: string;
  /** The images that its nodes are made of; each one's recipe is in lab/systems/SYSTEM/image. */
  readonly images: readonly ComponentId[];
  readonly phrases: readonly Phrase<S>[];
  readonly subjects: readonly Subject<S>[];
  /** Its spec as data: schema, bounds. */
  readonly spec: SpecKind<S>;
  /** The smallest topology that it stands in, by the system's name: what `lab up SYSTEM` starts where it has no scenario. */
  readonly example: Readonly<Record<string, AnySpec>>;
  /** A cluster in a few words: `3 members`. */
  describe(spec: S): string;
  /** The other clusters that a spec names. */
  refers(spec: S): readonly Reference[];
  /** Names of the clusters in the topology that must be ready before this one starts. */
  needs(spec: S): readonly string[];
  /** Its nodes. Pure, and calls `hostPort` equally often however often it is asked. */
  plan(spec: S, context: PlanContext): readonly PlannedNode[];
  /** Starts it, and watches it from then on; it is ready when this resolves. @throws LabError `cluster-not-ready` */
  start(spec: S, context: ClusterContext): Promise<C>;
  /** Takes hold of a cluster whose nodes run already, ready or not; watches nothing. @throws LabError `bad-usage` when a node is not there. */
  attach(spec: S, context: ClusterContext): C;
}

interface Parts<S extends AnySpec, C extends Cluster, B, M extends C> extends Omit<
  System<S, C>,
  "start" | "attach" | "needs" | "refers" | "phrases" | "subjects"
> {
  /** What a scenario calls: gives the spec, with defaults filled in and mistakes named. */
  readonly build: B;
  readonly phrases?: readonly Phrase<S>[];
  readonly subjects?: readonly Subject<S>[];
  refers?(spec: S): readonly Reference[];
  needs?(spec: S): readonly string[];
  /** The cluster of these nodes, which run and may not be ready. */
  made(spec: S, context: ClusterContext, nodes: readonly Node[]): M;
  /** Resolves when a fresh one is ready; `note` tells people what it waits for. */
  untilReady(cluster: M, note: (waitingFor: string) => void): Promise<void>;
}

/** `C`: what a scenario's script gets of it. */
export function defineSystem<S extends AnySpec, C extends Cluster>() {
  return <B extends (...options: never[]) => S, M extends C>(
    parts: Parts<S, C, B, M>,
  ): System<S, C> & { readonly build: B } => {
    const { phrases = [], subjects = [] } = parts;
    return {
      ...parts,
      phrases,
      subjects,
      refers: (spec) => parts.refers?.(spec) ?? [],
      needs: (spec) => parts.needs?.(spec) ?? [],
      async start(spec, context) {
        parts.spec.check(spec);
        return bringUp<M>(context, {
          what: parts.describe(spec),
          plan: (plan) => parts.plan(spec, plan),
          made: (nodes) => parts.made(spec, context, nodes),
          untilReady: (cluster, note) => parts.untilReady(cluster, note),
        });
      },
      attach: (spec, context) =>
        parts.made(
          spec,
          context,
          attachNodes((plan) => parts.plan(spec, plan), context),
        ),
    };
  };
}
