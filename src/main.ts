#!/usr/bin/env node
import "./app/node-version.ts";

// Everything else is loaded only now: an older Node would already stumble over linking it.
await import("./platform/processes/thread-pool.ts");
const { beginYoung, keepYoungGenerationSmall } = await import("./platform/heap-room.ts");
beginYoung();
keepYoungGenerationSmall();
const { enableCompileCache } = await import("node:module");
enableCompileCache();
if (process.argv[2] === "run") {
  const { configThreads } = await import("./app/configuration/config-reading.ts");
  configThreads.prepare(1);
}
const { runCommandLine } = await import("./cli/command-line.ts");
await runCommandLine();
