import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: "test/support/fresh-build.ts",
    setupFiles: ["test/support/fixed-seed.ts", "test/support/no-typescript-threads.ts"],
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "demo/**/*.test.ts", "scripts/**/*.test.ts"],
    exclude: ["**/node_modules/**", "test/long/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A process that a test waits for takes seconds to start while the machine is busy; vitest's own second is too short.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/**/*.test.ts"] },
  },
});
