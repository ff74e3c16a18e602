/** A container's share of the processors: read, and limited. */
import type Docker from "dockerode";
import { seconds, withLimit } from "../../time.ts";
import type { CpuUse } from "../types.ts";

/** The kernel hands out processor time in periods of a tenth of a second. */
const PERIOD_US = 100_000;
const LIMIT = seconds(10);

/** The engine's limit, and the counts that it reads from the container's control group. */
export async function cpuOf(container: Docker.Container): Promise<CpuUse> {
  const [seen, stats] = await withLimit(
    "the engine's figures of a container",
    LIMIT,
    Promise.all([container.inspect(), container.stats({ stream: false, "one-shot": true })]),
  );
  const { CpuQuota: quota = 0, CpuPeriod: period = 0 } = seen.HostConfig;
  // Of a container that is down the engine gives no figures.
  const counts = (stats as { readonly cpu_stats?: Partial<Docker.CPUStats> }).cpu_stats?.throttling_data;
  return {
    ...(quota > 0 ? { limit: quota / (period > 0 ? period : PERIOD_US) } : {}),
    throttledPeriods: counts?.throttled_periods ?? 0,
    throttledMs: (counts?.throttled_time ?? 0) / 1_000_000,
  };
}

/** Takes effect at once on a running container, and at the start of one that is down. */
export async function limitCpuOf(container: Docker.Container, cores: number | undefined): Promise<void> {
  // -1 takes a limit away; 0 would leave it as it is.
  const quota = cores === undefined ? -1 : Math.round(cores * PERIOD_US);
  await withLimit("the engine's change of a limit", LIMIT, container.update({ CpuPeriod: PERIOD_US, CpuQuota: quota }));
}
