import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { allScenarios, chosenScenarios, loadScenario, shard, wordFor } from "../../lab/cli/catalogue.ts";

describe("choosing scenarios", () => {
  test("none named is the default, a glob is all that match, each once", async () => {
    expect((await chosenScenarios([])).map(({ id }) => id)).toEqual(["kafka/leader-kill"]);
    const leaders = await chosenScenarios(["kafka/leader-*", "kafka/leader-kill"]);
    expect(leaders.map(({ id }) => id)).toEqual(["kafka/leader-kill", "kafka/leader-pause", "kafka/leader-slow"]);
    expect(await chosenScenarios([], true)).toHaveLength((await allScenarios()).length);
  });

  test("those of one topology stand beside each other, and ids where they were named", async () => {
    const all = (await chosenScenarios([], true)).map(({ topology }) => JSON.stringify(topology));
    const starts = all.filter((topology, place) => topology !== all[place - 1]);
    expect(starts).toHaveLength(new Set(all).size);
    const named = ["kafka/leader-pause", "zookeeper/quorum-lost", "kafka/leader-kill"];
    expect((await chosenScenarios(named)).map(({ id }) => id)).toEqual(named);
  });

  test("a file of one's own", async () => {
    const file = join(import.meta.dirname, "../clusters/programs/held-open.scenario.ts");
    const [own] = await chosenScenarios([file]);
    expect(own?.id).toBe("kafka/held-open");
    expect(own && wordFor(own)).toBe("./test/clusters/programs/held-open.scenario.ts");
  });

  test("is repeated by its path, and one of the project by its id", async () => {
    const [shipped] = await chosenScenarios(["scenarios/kafka/leader-kill.scenario.ts"]);
    expect(shipped && wordFor(shipped)).toBe("kafka/leader-kill");
  });

  test("a file that is no scenario is named", async () => {
    await expect(loadScenario(import.meta.filename.replace("catalogue.test", "no-such"))).rejects.toThrow(
      "no-such.ts: cannot be loaded",
    );
    await expect(loadScenario(join(import.meta.dirname, "../../lab/time.ts"))).rejects.toThrow(
      "has no default export made by scenario(",
    );
  });
});

describe("shards", () => {
  const items = ["a", "b", "c", "d", "e", "f", "g"];

  test("together are everything, once", () => {
    const parts = [1, 2, 3].map((index) => shard(items, { index, of: 3 }));
    expect(parts.flat().sort()).toEqual(items);
    expect(shard(items, undefined)).toEqual(items);
    expect(shard(items, { index: 1, of: 1 })).toEqual(items);
  });
});
