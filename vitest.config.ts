import { defineConfig } from "vitest/config";

/** `pure` needs nothing but Node; `clusters` meets real containers, one file at a time. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "pure",
          include: ["test/**/*.test.ts"],
          exclude: ["test/clusters/**"],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "clusters",
          include: ["test/clusters/**/*.test.ts"],
          globalSetup: ["test/set-up-clusters.ts"],
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 600_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
