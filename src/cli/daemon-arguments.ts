import { dirname, join } from "node:path";
import { listenerUrl } from "../api/listen-address.ts";
import type { ListenerSettings } from "../api/server-schema.ts";
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
    describe: "Address of the daemon (default: the first listener of the config that serves admin).",
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
  const token = readToken(tokenFile ?? join(dirname(config.storage.path), "admin.token"));
  if (url !== undefined) return { url, token };
  const listener = localListener(config);
  if (listener === undefined) return { url: "http://127.0.0.1:9797", token };
  const certificatePath = listener.tls?.certificate;
  return { url: localUrl(listener), token, ...(certificatePath !== undefined && { certificatePath }) };
}

type Listening = Pick<ReturnType<typeof openAppConfig>, "server">;

/** The listener that commands speak to: the first that serves them and asks for no client certificate, which they do not have. */
function localListener({ server }: Listening): ListenerSettings | undefined {
  const listeners = Object.values(server.listeners);
  return (
    listeners.find(({ serve, tls }) => serve.includes("admin") && tls?.client_ca === undefined) ??
    listeners.find(({ serve }) => serve.includes("admin")) ??
    listeners[0]
  );
}

// A listener on all addresses is reached over loopback.
function localUrl({ listen, tls }: ListenerSettings): string {
  const host = { "0.0.0.0": "127.0.0.1", "::": "::1" }[listen.host] ?? listen.host;
  return listenerUrl({ listen: { host, port: listen.port }, tls });
}
