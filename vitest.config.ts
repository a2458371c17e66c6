import { defineConfig } from "vitest/config";
import { times } from "./test/support/story/runs.ts";

// These start daemons, threads and other programs, and wait for them more than they reckon.
const withProcesses = ["test/e2e/**/*.test.ts", "test/integration/**/*.test.ts"];

export default defineConfig({
  test: {
    globalSetup: "test/support/daemons/fresh-build.ts",
    setupFiles: ["test/support/fakes/fixed-seed.ts", "test/support/daemons/no-typescript-threads.ts"],
    // Properties that are tried more often take as much more time.
    testTimeout: 30_000 * Math.max(1, times),
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
