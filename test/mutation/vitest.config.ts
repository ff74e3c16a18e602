import { defineConfig } from "vitest/config";

/** The tests that are to notice a change of what judges: nothing else runs for each mutant. */
export default defineConfig({
  test: {
    include: ["test/{checks,judging,slo}/**/*.test.ts"],
    testTimeout: 20_000,
  },
});
