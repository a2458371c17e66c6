import { parentPort } from "node:worker_threads";
import { invariant } from "../../core/errors.ts";
import type { ConfigSource } from "./config-source.ts";
import { loadAppConfig } from "./load-app-config.ts";

const port = parentPort;
invariant(port !== null, "the config thread is started by the daemon");
port.once("message", (source: ConfigSource) => {
  void loadAppConfig(source).then((outcome) => port.postMessage(outcome));
});
