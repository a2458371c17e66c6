import { parentPort } from "node:worker_threads";
import type { ConfigOutcome } from "../../config/load-config.ts";
import { invariant } from "../../core/errors.ts";
import { systemClock } from "../../platform/clock.ts";
import type { ConfigSource } from "./config-source.ts";
import { lintWarnings } from "./lint-config.ts";
import { loadAppConfig } from "./load-app-config.ts";

const port = parentPort;
invariant(port !== null, "the config thread is started by the daemon");
port.once("message", (source: ConfigSource) => {
  void loadAppConfig(source).then((outcome) => port.postMessage(linted(outcome)));
});

/** The daemon tells at each start and reload what `validate` would warn of; the tests of the config are no business of its. */
function linted(outcome: ConfigOutcome): ConfigOutcome {
  if (!outcome.ok) return outcome;
  return { ...outcome, warnings: [...outcome.warnings, ...lintWarnings(outcome.config, systemClock.now())] };
}
