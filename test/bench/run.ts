/**
 * `npm run bench [-- NAME …]`: what the lab's own work costs on this machine, beside the goals. A table, not a gate:
 * figures of two machines differ, and a goal that is missed is for a person to judge.
 */
import { cpus, release, totalmem } from "node:os";
import { messageOf } from "../../lab/errors.ts";
import { formatDuration, monotonicMs } from "../../lab/time.ts";
import type { Measurement } from "./measurement.ts";

/** Imported when their turn comes, so that one bench runs without what the others need. */
const benches: Readonly<Record<string, () => Promise<readonly Measurement[]>>> = {
  checker: async () => (await import("./checker.ts")).benchChecker(),
  report: async () => (await import("./report.ts")).benchReport(),
  night: async () => (await import("./night.ts")).benchNight(),
  faults: async () => (await import("./faults.ts")).benchFaults(),
  startup: async () => (await import("./startup.ts")).benchStartup(),
  reuse: async () => (await import("./reuse.ts")).benchReuse(),
  overhead: async () => (await import("./overhead.ts")).benchOverhead(),
};

const figures = new Intl.NumberFormat("en", { maximumSignificantDigits: 4 });

/** Whether the goal is met; undefined where the goal is not of the form that can be compared. */
function isMet({ value, goal }: Measurement): boolean | undefined {
  const [, sign, limit] = /^\s*(<=|≤|>=|≥|<|>)\s*([\d_,.]+)/.exec(goal ?? "") ?? [];
  if (sign === undefined || limit === undefined) return undefined;
  const bound = Number(limit.replaceAll(/[_,]/g, ""));
  if (sign === "<=" || sign === "≤") return value <= bound;
  if (sign === ">=" || sign === "≥") return value >= bound;
  return sign === "<" ? value < bound : value > bound;
}

function row(measurement: Measurement): readonly string[] {
  const met = isMet(measurement);
  const judged = met === undefined ? "" : met ? "met" : "missed";
  return [measurement.name, figures.format(measurement.value), measurement.unit, measurement.goal ?? "", judged];
}

/** Columns padded to their widest cell; figures to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0))) ?? [];
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 1 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join("  ")
      .trimEnd();
  return rows.map(line).join("\n");
}

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in benches));
if (unknown.length > 0) {
  console.error(`error: no bench is called ${unknown.join(", ")}\n  There are: ${Object.keys(benches).join(", ")}`);
  process.exit(64);
}

const rows: (readonly string[])[] = [["figure", "value", "unit", "goal", ""]];
const wanted = Object.entries(benches).filter(([name]) => asked.length === 0 || asked.includes(name));
for (const [name, bench] of wanted) {
  const startedMs = monotonicMs();
  console.error(`… ${name}`);
  try {
    rows.push(...(await bench()).map(row));
    console.error(`✓ ${name} (${formatDuration(monotonicMs() - startedMs)})`);
  } catch (error) {
    process.exitCode = 1;
    console.error(`✗ ${name}: ${messageOf(error)}`);
  }
}
const [processor] = cpus();
const memoryGib = Math.round(totalmem() / 2 ** 30);
console.log(`\n${table(rows)}\n`);
console.log(
  `on ${cpus().length} × ${processor?.model.trim() ?? "unknown processor"}, ${memoryGib} GiB, ${process.platform} ${release()}, Node ${process.version}`,
);
