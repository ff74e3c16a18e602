/**
 * The ledger: the faults now in force, on disk, so that whoever comes after a killed lab can undo them.
 *
 * JSON lines. A fault's entry is written and synced before the fault acts; `{"healed": id}` crosses it out after its
 * undo was verified. A line that a crash tore is at the end and belongs to a fault that had not acted yet.
 */
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { LabError } from "../errors.ts";
import type { LedgerEntry } from "./types.ts";
import { describeFault } from "./words.ts";

export interface Ledger extends AsyncDisposable {
  /** On disk when it resolves. */
  write(entry: LedgerEntry): Promise<void>;
  /** The fault is undone, and seen to be. */
  crossOut(fault: string): Promise<void>;
}

/** Opens the ledger for appending, with its folder; entries of an earlier process of the same run stay. */
export async function openLedger(file: string): Promise<Ledger> {
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, "a+");
  let last: Promise<void> = endLine();

  /** A torn last line is ended, so that the next entry does not grow on it. */
  async function endLine(): Promise<void> {
    const { size } = await handle.stat();
    if (size === 0) return;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    if (buffer.toString() !== "\n") await handle.appendFile("\n");
  }
  const append = (line: object): Promise<void> => {
    last = last
      .catch(() => undefined)
      .then(async () => {
        await handle.appendFile(`${JSON.stringify(line)}\n`);
        await handle.datasync();
      });
    return last;
  };
  await last;
  return {
    write: append,
    crossOut: (fault) => append({ healed: fault }),
    async [Symbol.asyncDispose]() {
      await last.catch(() => undefined);
      await handle.close();
    },
  };
}

/** The faults in force according to a ledger, oldest first. A file that is not there holds none. */
export async function readLedger(file: string): Promise<LedgerEntry[]> {
  return faultsInForce(await textOf(file));
}

/** How many faults a ledger ever named, healed or not: new faults are numbered after them. */
export async function countFaults(file: string): Promise<number> {
  return wholeLines(await textOf(file)).filter((line) => "fault" in line).length;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw new LabError({ code: "fault-failed", message: `the ledger ${file} cannot be read`, cause: error });
  }
}

/** The same, of a ledger's text. */
export function faultsInForce(text: string): LedgerEntry[] {
  const inForce = new Map<string, LedgerEntry>();
  for (const line of wholeLines(text)) {
    if ("healed" in line) inForce.delete(line.healed);
    else inForce.set(line.fault, line);
  }
  return [...inForce.values()];
}

type Line = LedgerEntry | { readonly healed: string };

function wholeLines(text: string): Line[] {
  return text.split("\n").flatMap((line) => {
    try {
      const parsed: unknown = JSON.parse(line);
      return isLine(parsed) ? [parsed] : [];
    } catch {
      return [];
    }
  });
}

const isLine = (value: unknown): value is Line =>
  typeof value === "object" &&
  value !== null &&
  (("healed" in value && typeof value.healed === "string") ||
    ("fault" in value && typeof value.fault === "string" && "undo" in value && Array.isArray(value.undo)));

/** What an entry says for people. */
export const describeEntry = (entry: LedgerEntry): string =>
  `${entry.fault}: ${describeFault(entry.spec)} (${entry.targets.join(", ")})`;
