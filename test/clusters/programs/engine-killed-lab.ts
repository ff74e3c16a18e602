/** A lab that is killed: opens a run, starts nodes for ever, pauses one, and says when it stands. */
import { appendFile, mkdir } from "node:fs/promises";
import { ledgerPath, runHome } from "../../../lab/engine/index.ts";
import { milliseconds, sleep } from "../../../lab/time.ts";
import { openBench } from "./engine-nodes.ts";

const [run = "", mode = ""] = process.argv.slice(2);
const bench = await openBench();
process.stdout.write("opening\n");
const space = await bench.engine.openRun(run);
if (mode === "table") {
  // A table that no process owns, as a crash of the engine's machine could leave it, and the ledger that tells of it.
  await mkdir(runHome(run), { recursive: true });
  const undo = [{ action: "delete-table", family: "bridge", table: `lab_${run}` }];
  await appendFile(
    ledgerPath(run),
    `${JSON.stringify({ fault: "f1", run, spec: { kind: "pause", target: "a" }, targets: ["a"], undo })}\n`,
  );
  await space.startNetworkHelper(["sh", "-c", `nft add table bridge lab_${run}; cat`]);
}
const [a] = await Promise.all([
  space.startNode(bench.spec("a", { volumes: ["/data"] })),
  space.startNode(bench.spec("b")),
]);
await a.pause();
process.stdout.write("standing\n");
for (let index = 0; mode === "busy"; index += 1) await space.startNode(bench.spec(`more-${index}`));
for (;;) await sleep(milliseconds(1_000));
