/** A lab whose user's files are broken, and name another engine to Testcontainers: starts a node on the engine that was named. */
import { freshId } from "../../../lab/random.ts";
import { openBench } from "./engine-nodes.ts";

const bench = await openBench();
await using space = await bench.engine.openRun(`t${freshId()}`);
const node = await space.startNode(bench.spec("a"));
process.stdout.write(`${(await node.exec(["hostname"])).stdout}\n`);
