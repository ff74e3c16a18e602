/** A fault of nodes or clients, one by one: all are hit at the same time, and it is effective when all of them are. */
import { LabError } from "../errors.ts";
import type { KillableClient } from "../load/types.ts";
import type { FaultAction, NodeAction } from "./action.ts";
import type { ActContext } from "./define.ts";
import type { NodeTarget } from "./drivers/process.ts";
import { resolveTarget } from "./resolve.ts";
import type { Target } from "./who.ts";

export interface EachTarget {
  readonly node: (target: NodeTarget) => NodeAction | Promise<NodeAction>;
  /** Absent: it works on nodes only. */
  readonly client?: (client: KillableClient) => NodeAction;
}

/** @throws LabError as `resolveTarget`; `fault-unsupported` for a client where only nodes can be hit */
export async function eachTarget(
  target: Target,
  { among, kind }: ActContext,
  { node, client = (one) => onNodesOnly(kind, one) }: EachTarget,
): Promise<FaultAction> {
  const resolved = await resolveTarget(target, among);
  const actions = await Promise.all(
    resolved.map(async (one) => (one.type === "node" ? node(one) : client(one.client))),
  );
  const names = resolved.map(({ name }) => name);
  return {
    targets: names,
    journalled: names,
    undoActions: actions.map(({ undoAction }) => undoAction),
    apply: () => all(actions.map((action) => action.apply())),
    async probe() {
      const effects = await Promise.all(actions.map((action) => action.probe()));
      return {
        effective: effects.every((effect) => effect.effective),
        measured: effects.map((effect) => effect.measured).join("; "),
        figures: Object.assign({}, ...effects.map((effect) => effect.figures)) as Record<string, number>,
      };
    },
    undo: () => all(actions.map((action) => action.undo())),
    verify: async () => (await Promise.all(actions.map((action) => action.verify()))).join("; "),
  };
}

/** Waits for all to end, so that nothing is still acting when the first failure is thrown. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

function onNodesOnly(kind: string, { name }: KillableClient): never {
  throw new LabError({
    code: "fault-unsupported",
    message: `${kind} works on nodes; ${name} is a client`,
    // A frozen process of the host would outlive a killed lab: nobody is left who could thaw it.
    hint: `kill or restart it: lab fault kill ${name}`,
  });
}
