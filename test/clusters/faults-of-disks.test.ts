import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Node } from "../../lab/engine/index.ts";
import { openFaultLab, type FaultLab } from "./faults-lab.ts";

let lab: FaultLab;
let one: Node;

beforeAll(async () => {
  lab = await openFaultLab();
  [one] = lab.nodes;
});

afterAll(() => lab[Symbol.asyncDispose]());

const shell = async (node: Node, command: string): Promise<string> => {
  const { exitCode, stdout, stderr } = await node.onDisk(["sh", "-c", command]);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
};
/** What the node itself sees of its disks, by name and content. */
const contents = async (node: Node): Promise<string> =>
  (await node.exec(["sh", "-c", "find /data -type f | sort | xargs -r sha256sum"])).stdout;

beforeEach(async () => {
  await shell(
    one,
    `for disk in 1 2; do mkdir -p /data/$disk/log/.hidden
       for name in a.log b.log .hidden/c.log; do head -c 1000 /dev/zero > /data/$disk/log/$name; done
     done; echo kept > '/data/1/a name with spaces.txt'`,
  );
});

afterEach(async () => {
  await lab.injector.healAll();
  expect(await lab.ledger()).toEqual([]);
});

describe("a node's disk", () => {
  test("is reached while it runs and while it is down", async () => {
    await using death = await lab.fault.kill(one);
    expect(await shell(one, "cat '/data/1/a name with spaces.txt'; id -u")).toBe("kept\n0");
    await death.heal();
    expect((await one.exec(["cat", "/data/1/a name with spaces.txt"])).stdout).toBe("kept\n");
    expect(await one.onDisk(["sh", "-c", "echo out; echo err >&2; exit 3"])).toEqual({
      exitCode: 3,
      stdout: "out\n",
      stderr: "err\n",
    });
  });
});

describe("a wipe", () => {
  test("kills a node, empties all its disks, and starts it again", async () => {
    const wipe = await lab.fault.wipe(one);
    expect(await lab.ledger()).toHaveLength(1);
    expect((await one.state()).status).toBe("exited");
    expect(await wipe.receipt()).toMatchObject({
      effective: true,
      measured:
        "/data/1 and /data/2 of echo-1 had 7 files of 6,005 bytes and has 0 files of 0 bytes, emptied after a kill",
      figures: { filesBefore: 7, bytesBefore: 6005, filesAfter: 0, bytesAfter: 0 },
    });
    await wipe.heal();
    expect(await contents(one)).toBe("");
    expect(await lab.echo.askFromHost(one)).toBe("answered");
  });

  test("of one of two disks goes live", async () => {
    const { pid } = await one.state();
    const wipe = await lab.fault.wipe(one, { disk: "/data/2" });
    expect((await wipe.receipt()).measured).toBe(
      "/data/2 of echo-1 had 3 files of 3,000 bytes and has 0 files of 0 bytes, emptied while it ran",
    );
    expect(await contents(one)).not.toContain("/data/2");
    expect(await contents(one)).toContain("/data/1/log/.hidden/c.log");
    await wipe.heal();
    expect((await one.state()).pid).toBe(pid);
  });

  test("of a node that is down already leaves it down, with whoever holds it", async () => {
    const death = await lab.fault.kill(one);
    const wipe = await lab.fault.wipe(one);
    expect((await wipe.receipt()).measured).toMatch(/emptied while it was down$/);
    await wipe.heal();
    expect((await one.state()).status).toBe("exited");
    await death.heal();
    expect(await contents(one)).toBe("");
  });

  test("of nothing is refused, and the node is whole again", async () => {
    await shell(one, "rm -r /data/*/*");
    await expect(lab.fault.wipe(one)).rejects.toThrow("/data/1, /data/2 of echo-1 is empty already");
    expect(await lab.echo.askFromHost(one)).toBe("answered");
    await expect(lab.fault.wipe(one, { disk: "/etc" })).rejects.toThrow("echo-1 has no disk /etc");
  });
});

describe("a fill", () => {
  const write = async (bytes: number): Promise<string> => {
    const { exitCode, stderr } = await one.exec(["sh", "-c", `head -c ${bytes} /dev/zero > /data/2/more`]);
    return exitCode === 0 ? "written" : stderr;
  };

  test("leaves no more than it was told to, over a restart too, and gives all back", async () => {
    expect(await write(500_000)).toBe("written");
    const full = await lab.fault.fill(one, { disk: "/data/2", leaveBytes: 100_000 });
    const receipt = await full.receipt();
    expect(receipt.effective).toBe(true);
    expect(receipt.measured).toMatch(/^\/data\/2 of echo-1 had 7,\d+,\d+ bytes free and has 10[0-4],\d+ bytes$/);
    await shell(one, "rm /data/2/more");
    expect(await write(900_000)).toContain("No space left on device");
    await using again = await lab.fault.restart(one);
    await again.heal();
    expect(await write(900_000)).toContain("No space left on device");
    await full.heal();
    expect(await write(900_000)).toBe("written");
    // What was there before is there still: a limited volume survives a restart too.
    expect(await contents(one)).toContain("/data/2/log/a.log");
    expect(await contents(one)).not.toContain("filler");
    expect(lab.told("fault-healed").at(-1)).toMatchObject({ verified: true });
  });

  test("of a disk of the machine is refused, and so is one that is full already", async () => {
    await expect(lab.fault.fill(one, { disk: "/data/1", leaveBytes: 0 })).rejects.toThrow(
      "/data/1 of echo-1 has no limit: a fill would fill this machine's disk",
    );
    await expect(lab.fault.fill(one, { leaveBytes: 0 })).rejects.toThrow("echo-1 has several disks");
    await expect(lab.fault.fill(one, { disk: "/data/2", leaveBytes: 1e9 })).rejects.toThrow(
      "less than 1000000000 already",
    );
  });
});

describe("a corruption", () => {
  test("flips the bits that it was told to, in the files that it was told to, and no others", async () => {
    const before = (await contents(one)).split("\n");
    const rot = await lab.fault.corrupt(one, { disk: "/data/1", files: "log/*.log", bits: 5, count: 2 });
    const receipt = await rot.receipt();
    expect(receipt).toMatchObject({ effective: true, figures: { filesChanged: 2, files: 2, bits: 10 } });
    expect(receipt.measured).toMatch(
      /^10 bits flipped on echo-1: 2 of 2 files read back with another checksum \(log\/.\.log, log\/.\.log\)$/,
    );
    const changed = (await contents(one)).split("\n").filter((line) => !before.includes(line));
    expect(changed.map((line) => line.slice(66))).toEqual(["/data/1/log/a.log", "/data/1/log/b.log"]);
    // Of a thousand zeros, five bits are ones now.
    expect(await shell(one, String.raw`perl -0777 -ne 'print unpack("%32b*", $_)' /data/1/log/a.log`)).toBe("5");
    expect(await shell(one, "stat -c %s /data/1/log/a.log")).toBe("1000");
    await rot.heal();
    expect(lab.told("fault-healed").at(-1)).toMatchObject({ verified: true });
  });

  test("reaches a node that is down", async () => {
    await using _death = await lab.fault.kill(one);
    await using rot = await lab.fault.corrupt(one, { files: "**/c.log" });
    expect((await rot.receipt()).measured).toMatch(/^1 bit flipped on echo-1: 1 of 1 file /);
  });

  test("cuts files off where the seed says", async () => {
    const before = await contents(one);
    const cut = await lab.fault.corrupt(one, { disk: "/data/2", files: "**/*.log", by: "truncating", count: 3 });
    const { effective, measured, figures } = await cut.receipt();
    expect(effective).toBe(true);
    expect(measured).toMatch(/^[0-9,]+ bytes cut off on echo-1: 3 of 3 files read back shorter /);
    const sizes = (await shell(one, "find /data/2 -name '*.log' -printf '%s\\n'")).split("\n").map(Number);
    expect(sizes.every((size) => size < 1_000)).toBe(true);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(3_000 - (figures?.["bytes"] ?? Number.NaN));
    const others = (text: string): string[] => text.split("\n").filter((line) => !line.includes("/data/2"));
    expect(others(await contents(one))).toEqual(others(before));
    await cut.heal();
  });

  test("removes files, and no others, from a node that is down too", async () => {
    await using _death = await lab.fault.kill(one);
    const loss = await lab.fault.corrupt(one, { files: "log/*.log", by: "removing", count: 3 });
    expect(await loss.receipt()).toMatchObject({
      effective: true,
      figures: { filesChanged: 3, files: 3, bytes: 3_000 },
    });
    expect((await loss.receipt()).measured).toMatch(/^3,000 bytes removed on echo-1: 3 of 3 files read back as gone /);
    expect(await shell(one, "find /data -name '?.log' | wc -l")).toBe("3");
    expect(await shell(one, "find /data -name 'c.log' | wc -l")).toBe("2");
    await loss.heal();
  });

  test("of no file is refused", async () => {
    await expect(lab.fault.corrupt(one, { files: "*.parquet" })).rejects.toThrow(
      "no file with content on /data/1, /data/2 of echo-1 matches *.parquet",
    );
    await expect(lab.fault.corrupt(one, { files: "**", bits: 0 })).rejects.toThrow("how many bits are flipped");
  });
});
