/**
 * How long a suite takes whose rehearsals follow one another on the same clusters, reset and verified between them,
 * against one that starts clusters for each: the same short Kafka rehearsals, with the same seeds.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEngine, silentProgress, type Engine } from "../../lab/engine/index.ts";
import { rehearse } from "../../lab/rehearsal/rehearse.ts";
import { openClusterPool } from "../../lab/rehearsal/cluster-pool.ts";
import { monotonicMs } from "../../lab/time.ts";
import type { Measurement } from "./measurement.ts";
import short from "./short.scenario.ts";

const REHEARSALS = 3;

/** Times of a suite of three, teardown included, and their ratio. */
export async function benchReuse(): Promise<Measurement[]> {
  await using engine = await openEngine();
  const fresh = await suiteMs(engine, false);
  const reused = await suiteMs(engine, true);
  const suite = `suite of ${REHEARSALS} Kafka rehearsals`;
  return [
    { name: `${suite}, clusters used again`, unit: "ms", value: Math.round(reused) },
    { name: `${suite}, fresh clusters for each (--fresh)`, unit: "ms", value: Math.round(fresh) },
    { name: `${suite}, used again against fresh`, unit: "ratio", value: Number((reused / fresh).toFixed(2)) },
  ];
}

async function suiteMs(engine: Engine, reuse: boolean): Promise<number> {
  const runs = await mkdtemp(join(tmpdir(), "bench-reuse-"));
  const signal = new AbortController().signal;
  const startedMs = monotonicMs();
  try {
    await using pool = openClusterPool();
    for (let seed = 1; seed <= REHEARSALS; seed += 1) {
      const given = { scenario: short, seed, engine, runs, progress: silentProgress, signal };
      const { verdict } = await rehearse({ ...given, ...(reuse ? { pool } : {}) });
      if (verdict.verdict !== "held")
        throw new Error(`a rehearsal came to ${verdict.verdict}: ${verdict.reasons.join("; ")}`);
    }
  } finally {
    await rm(runs, { recursive: true });
  }
  return monotonicMs() - startedMs;
}
