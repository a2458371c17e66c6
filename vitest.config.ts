import { defineConfig } from "vitest/config";

// These start daemons, threads and other programs, and wait for them more than they reckon.
const withProcesses = ["test/e2e/**/*.test.ts", "test/integration/**/*.test.ts"];

/** Properties that are tried more often take so many times as long. */
const times = Math.max(1, Number(process.env["WATCHFIRE_RUNS"] ?? 1));

export default defineConfig({
  test: {
    globalSetup: "test/support/daemons/fresh-build.ts",
    setupFiles: ["test/support/fakes/fixed-seed.ts", "test/support/daemons/no-typescript-threads.ts"],
    testTimeout: 30_000 * times,
    hookTimeout: 60_000,
    // A process that a test waits for takes seconds to start while the machine is busy; vitest's own second is too short.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/**/*.test.ts"] },
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "demo/**/*.test.ts", "scripts/**/*.test.ts"],
          exclude: ["**/node_modules/**", "test/long/**", ...withProcesses],
          // Reading the same modules anew for each of 350 files took longer than the tests.
          isolate: false,
        },
      },
      { extends: true, test: { name: "processes", include: withProcesses } },
    ],
  },
});
