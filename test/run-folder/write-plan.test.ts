import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writePlan } from "../../lab/run-folder/run-files.ts";
import { milliseconds } from "../../lab/time.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { planOf } from "../judging/runs.ts";

test("a plan that could not be read back is refused when it is written, and nothing is left of it", async () => {
  using folder = temporaryFolder();
  const never = milliseconds(Number.NaN);
  const plan = planOf({ expect: { "writes recover": { check: "recovery", of: "events", within: never } } });
  await expect(writePlan(folder.path, plan)).rejects.toThrow(
    /^kafka\/example cannot be written down as a plan: plan\.json: \/expect\/writes recover\/within /,
  );
  expect(existsSync(join(folder.path, "plan.json"))).toBe(false);
  await writePlan(folder.path, planOf());
  expect(existsSync(join(folder.path, "plan.json"))).toBe(true);
});
