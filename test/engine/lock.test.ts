import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lockFile } from "../../lab/engine/lock.ts";
import { milliseconds, seconds, sleep } from "../../lab/time.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-lock-"));
});
afterEach(() => rm(folder, { recursive: true }));

const lock = (within = seconds(10), signal?: AbortSignal, waiting = (): void => undefined): Promise<AsyncDisposable> =>
  lockFile(join(folder, "lock"), "the lock", { within, signal, waiting });

describe("the lock of the private engine", () => {
  test("one at a time has it", async () => {
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 5 }, async () => {
        await using _held = await lock();
        inside += 1;
        most = Math.max(most, inside);
        await sleep(milliseconds(5));
        inside -= 1;
      }),
    );
    expect(most).toBe(1);
  });

  test("a lock that is held is waited for, with a limit, and the error names who holds it", async () => {
    await using _held = await lock();
    await expect(lock(milliseconds(300))).rejects.toThrow(`held by process ${process.pid}`);
  });

  test("the waiting ends at once when it is broken off, and the lock stays with its holder", async () => {
    await using _held = await lock();
    const abort = new AbortController();
    const reason = new Error("interrupted by SIGINT");
    await expect(lock(seconds(60), abort.signal, () => abort.abort(reason))).rejects.toBe(reason);
    await expect(lock(milliseconds(50))).rejects.toThrow(`held by process ${process.pid}`);
  });

  test.each([
    ["of a process that is gone", "4194304 1"],
    ["of a process whose id was given to another since", `${process.pid} 1`],
  ])("a lock %s is taken over", async (_, content) => {
    await writeFile(join(folder, "lock"), content);
    await using _held = await lock();
    expect(await readFile(join(folder, "lock"), "utf8")).toMatch(new RegExp(`^${process.pid} \\d{2,}$`));
  });

  test("nothing is left when it is given back", async () => {
    await (await lock())[Symbol.asyncDispose]();
    await expect(readFile(join(folder, "lock"))).rejects.toThrow("ENOENT");
  });
});
