/** A lab that breaks the standing echo cluster of a run, says so, and waits to be killed. */
import { ledgerPath, openEngine } from "../../../lab/engine/index.ts";
import { openFaults, parseFault } from "../../../lab/faults/index.ts";
import { seededRandom } from "../../../lab/random.ts";
import { milliseconds, sleep, startClock } from "../../../lab/time.ts";
import { echoCluster } from "../faults-echo-cluster.ts";

const [run = "", ...asked] = process.argv.slice(2);
const engine = await openEngine();
const space = await engine.reopenRun(run);
const injector = await openFaults({
  space,
  clusters: [echoCluster(space.nodes())],
  clients: () => [],
  recorder: { operation: () => undefined, read: () => undefined, event: () => undefined },
  clock: startClock(),
  random: seededRandom(1),
  ledgerFile: ledgerPath(run),
});
for (const words of asked) {
  const fault = await injector.inject(parseFault([words]));
  process.stdout.write(`${fault.id}: ${(await fault.receipt()).measured}\n`);
}
process.stdout.write("broken\n");
await sleep(milliseconds(600_000));
