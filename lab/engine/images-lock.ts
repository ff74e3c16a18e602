/** One maker at a time of one image, among all labs on this machine. */
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { minutes, milliseconds, waitFor } from "../time.ts";
import { labHome } from "./home.ts";

/**
 * Runs `work` while no other lab holds the lock of this name; waits up to half an hour for it. A lock whose process has
 * died is taken over. Should two labs take over the same one at the same instant, both work: an image made twice is
 * only slower.
 */
export async function holding<T>(name: string, note: (detail: string) => void, work: () => Promise<T>): Promise<T> {
  const folder = join(labHome(), "locks");
  const path = join(folder, name);
  await mkdir(folder, { recursive: true });
  if (!(await take(path, note))) {
    await waitFor(`the lock ${path}`, async () => ((await take(path, note)) ? { reached: true } : { seen: "held" }), {
      within: minutes(30),
      every: milliseconds(500),
    });
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** A link appears whole, with the holder's process id in it, or not at all. */
async function take(path: string, note: (detail: string) => void): Promise<boolean> {
  const mine = `${path}.${process.pid}`;
  await writeFile(mine, String(process.pid));
  try {
    await link(mine, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(mine, { force: true });
  }
  const holder = Number(await readFile(path, "utf8").catch(() => String(process.pid)));
  if (isAlive(holder)) note(`another lab is at it (process ${holder})`);
  else await rm(path, { force: true });
  return false;
}

export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
