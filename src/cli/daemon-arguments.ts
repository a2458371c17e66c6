import { dirname, join } from "node:path";
import { openAppConfig } from "../app/configuration/app-config.ts";
import { type DaemonAccess, readToken } from "../platform/daemon-client.ts";
import type { Terminal } from "../platform/terminal.ts";
import { type Option, type OptionValues, textOption } from "./command.ts";
import { configOptions, configSource, loadOrExplain } from "./config-arguments.ts";

/** Options of every command that speaks to a running daemon. */
export const daemonOptions = {
  ...configOptions,
  url: {
    type: "string",
    placeholder: "URL",
    describe: "Address of the daemon (default: the first listener of the config).",
  },
  "token-file": {
    type: "string",
    placeholder: "FILE",
    describe: "File with the admin token (default: admin.token in the data directory).",
  },
} satisfies Record<string, Option>;

/** A daemon, with the zone of the config that named it. */
export type KnownDaemon = DaemonAccess & Readonly<{ timeZone?: string }>;

/** Finds the daemon that the command line or the config names. @throws {AppError} when the token cannot be read. */
export async function daemonAccess(values: OptionValues, terminal: Terminal): Promise<KnownDaemon> {
  const url = textOption(values, "url");
  const tokenFile = textOption(values, "token-file");
  if (url !== undefined && tokenFile !== undefined) return { url, token: readToken(tokenFile) };
  const config = openAppConfig(await loadOrExplain(configSource(values), terminal));
  return { ...accessTo(config, { url, tokenFile }), timeZone: config.alerting.timeZone };
}

type Named = Readonly<{ url?: string | undefined; tokenFile?: string | undefined }>;

/** The daemon that a config makes, unless another is named. @throws {AppError} when the token cannot be read. */
export function accessTo(config: ReturnType<typeof openAppConfig>, { url, tokenFile }: Named = {}): DaemonAccess {
  return {
    url: url ?? localUrl(config),
    token: readToken(tokenFile ?? join(dirname(config.storage.path), "admin.token")),
  };
}

type Listening = Pick<ReturnType<typeof openAppConfig>, "server">;

// A listener on all addresses is reached over loopback.
function localUrl({ server }: Listening): string {
  const [listener] = Object.values(server.listeners);
  const { host, port } = listener?.listen ?? { host: "127.0.0.1", port: 9797 };
  if (host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
