#!/usr/bin/env node
import "./app/node-version.ts";
import "./platform/thread-pool.ts";
import { enableCompileCache } from "node:module";

enableCompileCache();
// Loaded only now, so that the version check speaks before anything newer is linked.
const { runCommandLine } = await import("./cli/command-line.ts");
await runCommandLine();
