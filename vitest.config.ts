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
          // On a busy machine, a process that a test starts may take long to begin.
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
          // A third of the time went into loading the same modules anew for each file. No file leans on another all the
          // same: `npx vitest run --project pure --sequence.shuffle.files` puts them in any order.
          isolate: false,
          unstubEnvs: true,
          unstubGlobals: true,
          restoreMocks: true,
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
