import { parentPort, workerData } from "node:worker_threads";
import { invariant } from "../../core/errors.ts";
import type { ConfigSource } from "./config-source.ts";
import { loadAppConfig } from "./load-app-config.ts";

invariant(parentPort !== null, "the config thread is started by the daemon");
parentPort.postMessage(await loadAppConfig(workerData as ConfigSource));
