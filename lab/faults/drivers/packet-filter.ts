/**
 * The packet filter of a run: one long-lived `nft -i` on the engine's machine, asked over its standard input.
 *
 * Each change is one line, hence one transaction, and is confirmed by reading the table back in the same session.
 * The tables belong to that process: when it ends, however it ends, the kernel removes them and every link is whole.
 */
import type { Helper } from "../../engine/types.ts";
import { LabError } from "../../errors.ts";
import { freshId } from "../../random.ts";
import type { Driver, Tools } from "../tools.ts";
import { openSession, type Session } from "./nft-session.ts";
import {
  CHAIN,
  familyOf,
  hitCounter,
  ruleKey,
  rulesOf,
  seenCounter,
  setUpText,
  tableName,
  transactionText,
  type Family,
  type PacketFault,
} from "./packet-rules.ts";
import type { TableState } from "./packet-state.ts";
import { turns } from "./turns.ts";

export interface PacketCount {
  /** Packets that the fault stopped. */
  readonly stopped: number;
  /** Packets that it looked at; more than stopped for a loss only. */
  readonly seen: number;
}

export interface PacketFilter extends Driver, AsyncDisposable {
  /** The name of its tables. */
  readonly table: string;
  /** In force, as read back, when it resolves. @throws LabError `fault-failed`, and then nothing was changed */
  apply(fault: PacketFault): Promise<void>;
  /** Gone, as read back, when it resolves; gives its last counts. @throws LabError `fault-failed` */
  lift(fault: string): Promise<PacketCount>;
  count(fault: string): Promise<PacketCount>;
  /** Faults that touch this address now, by id. */
  faultsOf(address: string): readonly string[];
  /** How many rules the kernel has in the run's tables. */
  rules(): Promise<number>;
}

/** The run's own. */
export const packetFilterOf = ({ startHelper, space }: Tools): PacketFilter =>
  packetFilter({ startHelper, table: tableName(space.run, freshId()) });

export interface PacketFilterOptions {
  readonly table: string;
  /** Starts a process on the engine's machine that may change packet rules. */
  readonly startHelper: (command: readonly string[]) => Promise<Helper>;
}

/** The helper is started at the first question, and again when it has died. */
export function packetFilter(options: PacketFilterOptions): PacketFilter {
  let session: Promise<Session> | undefined;
  let live: Session | undefined;
  let faults: readonly PacketFault[] = [];
  const families = new Set<Family>();
  const inTurn = turns();

  const open = async (): Promise<Session> => {
    if (live?.ended() === true) {
      session = undefined;
      families.clear();
    }
    session ??= openNft(options);
    try {
      live = await session;
    } catch (error) {
      session = undefined;
      throw error;
    }
    return live;
  };

  /** Never `list table`: of a table with an owner, nft 1.0.6 writes JSON that is none. */
  const listing = {
    rules: (family: Family) => `list chain ${family} ${options.table} ${CHAIN}`,
    counters: (family: Family) => `list counters table ${family} ${options.table}`,
  };

  /** Reads, changes and reads again, in this order; all lines leave in one write. */
  const ask = async (
    of: readonly Family[],
    { before, change, after }: { readonly before?: "counters"; readonly change?: string; readonly after?: "rules" },
  ): Promise<TableState> => {
    const asked = await open();
    const missing = of.filter((family) => !families.has(family));
    const state = await asked.ask([
      ...missing.map((family) => ({ line: setUpText(family, options.table), answers: false })),
      ...(before === undefined ? [] : of.map((family) => ({ line: listing[before](family), answers: true }))),
      ...(change === undefined ? [] : [{ line: change, answers: false }]),
      ...(after === undefined ? [] : of.map((family) => ({ line: listing[after](family), answers: true }))),
    ]);
    for (const family of missing) families.add(family);
    return state;
  };

  const familiesOf = (some: readonly PacketFault[]): Family[] => [
    ...new Set<Family>(["bridge", ...families, ...some.map(familyOf)]),
  ];

  /** From the faults now in force to others; gives the counters as they were just before, where they are asked for. */
  const change = async (after: readonly PacketFault[], before?: "counters"): Promise<TableState> => {
    const state = await ask(familiesOf([...faults, ...after]), {
      ...(before === undefined ? {} : { before }),
      change: transactionText(faults, after, options.table),
      after: "rules",
    });
    const wanted = rulesOf(after).map(ruleKey).sort();
    const found = state.rules.map(ruleKey).sort();
    if (wanted.join("\n") !== found.join("\n")) {
      throw new LabError({
        code: "fault-failed",
        message: `the packet filter did not take the change: wanted ${wanted.length} rules, found ${found.length}; it said: ${await (await open()).complaint()}`,
        hint: "lab doctor shows whether this kernel has the packet filter for bridges",
      });
    }
    faults = after;
    return state;
  };

  const counted = (state: TableState, fault: string): PacketCount => {
    const stopped = state.counters.get(hitCounter(fault));
    if (stopped === undefined) throw lost(fault);
    return { stopped, seen: state.counters.get(seenCounter(fault)) ?? stopped };
  };

  const known = (fault: string): void => {
    if (live?.ended() === true) faults = [];
    if (!faults.some((each) => each.fault === fault)) throw lost(fault);
  };

  const count = async (fault: string): Promise<PacketCount> => {
    known(fault);
    return counted(await ask(familiesOf(faults), { before: "counters" }), fault);
  };

  const applied = (): readonly PacketFault[] => (live?.ended() === true ? [] : faults);
  const rules = (): Promise<number> =>
    inTurn(async () => (await ask(familiesOf(faults), { after: "rules" })).rules.length);
  const close = async (): Promise<void> => {
    const last = await session?.catch(() => undefined);
    session = undefined;
    await last?.[Symbol.asyncDispose]();
  };

  return {
    table: options.table,
    apply: (fault) =>
      inTurn(async () => {
        if (live?.ended() === true) faults = [];
        await change([...faults, fault]);
      }),
    lift: (fault) =>
      inTurn(async () => {
        known(fault);
        const others = faults.filter((each) => each.fault !== fault);
        return counted(await change(others, "counters"), fault);
      }),
    count: (fault) => inTurn(() => count(fault)),
    faultsOf: (address) =>
      applied()
        .filter(({ links }) => links.some((link) => link.from === address || link.to === address))
        .map(({ fault }) => fault),
    rules,
    async left(but) {
      const expected = rulesOf(applied().filter(({ fault }) => but.includes(fault))).length;
      const found = await rules();
      return found <= expected ? [] : [`${found - expected} packet rules are left in ${options.table}`];
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

const lost = (fault: string): LabError =>
  new LabError({
    code: "fault-failed",
    message: `the packet filter no longer has ${fault}: its helper ended early, and the rules went with it`,
    hint: "the links are whole, but nobody knows since when; run again",
  });

async function openNft(options: PacketFilterOptions): Promise<Session> {
  try {
    // First in line for a processor: the load that a fault is to hit must not hold the fault up.
    return openSession(await options.startHelper(["nice", "-n", "-20", "nft", "-j", "-i"]));
  } catch (error) {
    throw new LabError({ code: "fault-failed", message: "the packet filter's helper did not start", cause: error });
  }
}
