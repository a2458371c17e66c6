import { dirname } from "node:path";
import { pushToken } from "../api/push-tokens.ts";
import { readOrCreatePushKey } from "../api/secret-tokens.ts";
import { openAppConfig } from "../app/configuration/app-config.ts";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { nearestName } from "../core/nearest-name.ts";
import { secretFiles } from "../platform/secret-files.ts";
import type { Command } from "./command.ts";
import { configOptions, configSource, loadOrExplain } from "./config-arguments.ts";

/** Prints the addresses that a push check waits at. */
export const url: Command = {
  name: "url",
  summary: "Prints the addresses to call for a push check: heartbeat, start, failure, values.",
  positionals: "<check>",
  options: configOptions,
  async run({ values, positionals, terminal }) {
    const [id, ...rest] = positionals;
    if (id === undefined || rest.length > 0)
      throw new AppError("ERR_USAGE", "Name one push check: watchfire url <check>.");
    const config = openAppConfig(await loadOrExplain(configSource(values), terminal));
    const waiting = config.loaded.checks.filter((check) => check.schedule.kind === "arrival").map((check) => check.id);
    if (!waiting.includes(id)) {
      const nearest = nearestName(id, waiting);
      const hint =
        nearest === undefined ? `Push checks: ${waiting.join(", ") || "none"}` : `Did you mean "${nearest}"?`;
      throw new AppError("ERR_USAGE", `There is no push check "${id}".`, { hint });
    }
    const token = pushToken(readOrCreatePushKey(secretFiles, dirname(config.storage.path)), id);
    const base = config.alerting.externalUrl.replace(/\/$/, "");
    terminal.out(
      [
        `success   ${base}/ping/${token}`,
        `start     ${base}/ping/${token}/start`,
        `failure   ${base}/ping/${token}/fail`,
        `exit code ${base}/ping/${token}/$?`,
        `values    ${base}/api/push/${token}   (POST, JSON such as {"business_orders": 12})`,
      ].join("\n"),
    );
    return exitCodes.ok;
  },
};
