import { dirname, resolve } from "node:path";
import { listenerUrl } from "../api/listen-address.ts";
import { pushToken } from "../api/push-tokens.ts";
import { readOrCreatePushKey } from "../api/secret-tokens.ts";
import { loadDaemonPlace } from "../app/configuration/load-daemon-place.ts";
import type { Check } from "../core/checks/check.ts";
import { AppError } from "../core/errors.ts";
import { exitCodes } from "../core/exit-codes.ts";
import { nearestName } from "../core/nearest-name.ts";
import type { SecretFiles } from "../core/ports/secret-files.ts";
import { secretFiles } from "../platform/files/secret-files.ts";
import { type Command, switchOption } from "./command.ts";
import { configError, configOptions, configSource, loadToProbe } from "./config-arguments.ts";

/** Prints the addresses that a push check waits at. */
export const url: Command = {
  name: "url",
  summary: "Prints the addresses to call for a push check: heartbeat, start, failure, values.",
  positionals: "<check> [<sender>]",
  options: {
    ...configOptions,
    create: { type: "boolean", describe: "Make the data directory and its key where no daemon has run yet." },
  },
  async run({ values, positionals, terminal }) {
    const [id, sender, ...rest] = positionals;
    if (id === undefined || rest.length > 0)
      throw new AppError("ERR_USAGE", "Name one push check, and one of its senders: watchfire url <check> [<sender>].");
    const { checks } = await loadToProbe(values, terminal);
    const waiting = checks.filter((check) => check.schedule.kind === "arrival").map((check) => check.id);
    if (!waiting.includes(id)) {
      const nearest = nearestName(id, waiting);
      const hint =
        nearest === undefined ? `Push checks: ${waiting.join(", ") || "none"}` : `Did you mean "${nearest}"?`;
      throw new AppError("ERR_USAGE", `There is no push check "${id}".`, { hint });
    }
    if (sender !== undefined) refuseUnknownSender(checks, id, sender);
    const source = configSource(values);
    const place = await loadDaemonPlace(source, ["server", "storage.path"]);
    if (!place.ok) throw configError(place.reason, place.issues, source);
    const { server, storage } = place.sections;
    const directory = resolve(terminal.workingDirectory, dirname(storage.path));
    const files = switchOption(values, "create") ? secretFiles : existingFiles(directory);
    const token = pushToken(readOrCreatePushKey(files, directory), id, sender);
    const [listener] = Object.values(server.listeners);
    const ownUrl = listener === undefined ? "" : listenerUrl(listener);
    const base = (server.external_url ?? ownUrl).replace(/\/$/, "");
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

/** Senders that a source lists are known to the daemon alone. */
function refuseUnknownSender(checks: readonly Check[], id: string, sender: string): void {
  const check = checks.find((each) => each.id === id);
  const senders = check?.targets.map(({ address }) => address) ?? [];
  if (check?.targetsFrom !== undefined || senders.includes(sender)) return;
  const nearest = nearestName(sender, senders);
  const hint = nearest === undefined ? `Its senders: ${senders.join(", ")}` : `Did you mean "${nearest}"?`;
  throw new AppError("ERR_USAGE", `The check "${id}" has no sender "${sender}".`, { hint });
}

// A key made in the wrong directory gives addresses that no daemon takes.
function existingFiles(directory: string): SecretFiles {
  const refuse = (): never => {
    throw new AppError("ERR_USAGE", `no daemon has run here: there is no push.key in ${directory}.`, {
      hint: "Run this where the daemon runs, as its user; or make the key now, before its first start, with --create.",
    });
  };
  return { readOrCreate: (path) => secretFiles.readOrCreate(path, refuse) };
}
