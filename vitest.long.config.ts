import { defineConfig } from "vitest/config";

/** Kill loops and soaks: run before a release, not on every commit. */
export default defineConfig({
  test: {
    globalSetup: "test/support/daemons/fresh-build.ts",
    setupFiles: "test/support/daemons/no-typescript-threads.ts",
    include: ["test/long/**/*.test.ts"],
    testTimeout: 1_800_000,
    hookTimeout: 120_000,
    fileParallelism: false,
  },
});
