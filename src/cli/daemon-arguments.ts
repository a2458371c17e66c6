import { dirname, join } from "node:path";
import { listenerUrl } from "../api/listen-address.ts";
import type { ListenerSettings } from "../api/server-schema.ts";
import type { AppConfig } from "../app/configuration/app-config.ts";
import { loadDaemonPlace } from "../app/configuration/load-daemon-place.ts";
import { AppError } from "../core/errors.ts";
import { type DaemonAccess, readToken } from "../platform/channels/daemon-client.ts";
import { type Option, type OptionValues, textOption } from "./command.ts";
import { configError, configOptions, configSource } from "./config-arguments.ts";

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

/**
 * Finds the daemon that the command line or the config names; whoever is called at night has neither the secrets of the config at hand
 * nor time for what is wrong in it. @throws {AppError} when the config does not say where it is, or the token cannot be read.
 */
export async function daemonAccess(values: OptionValues): Promise<KnownDaemon> {
  const url = urlIn(values);
  const tokenFile = textOption(values, "token-file");
  if (url !== undefined && tokenFile !== undefined) return { url, token: readToken(tokenFile) };
  const source = configSource(values);
  const place = await loadDaemonPlace(source);
  if (!place.ok) throw configError(place.reason, place.issues, source, byHand);
  const { server, storage, time_zone: timeZone } = place.sections;
  return { ...accessTo({ server, storage }, { url, tokenFile }), timeZone };
}

/** The address that is named; what begins with a host, as `listen` is written, is none. */
function urlIn(values: OptionValues): string | undefined {
  const url = textOption(values, "url");
  if (url === undefined || (/^https?:\/\//i.test(url) && URL.canParse(url))) return url;
  throw new AppError("ERR_USAGE", `--url "${url}" is no address; write it in full, such as http://127.0.0.1:9797.`);
}

const byHand = "Name its place with --config, or the daemon itself with --url and --token-file.";

/** What of a config says where its daemon is. */
type Place = Pick<AppConfig, "server" | "storage">;
type Named = Readonly<{ url?: string | undefined; tokenFile?: string | undefined }>;

/** The daemon that a config makes, unless another is named. @throws {AppError} when the token cannot be read. */
export function accessTo(config: Place, { url, tokenFile }: Named = {}): DaemonAccess {
  const token = readToken(tokenFile ?? join(dirname(config.storage.path), "admin.token"));
  if (url !== undefined) return { url, token };
  const listener = localListener(config);
  if (listener === undefined) return { url: "http://127.0.0.1:9797", token };
  const certificatePath = listener.tls?.certificate;
  return { url: localUrl(listener), token, ...(certificatePath !== undefined && { certificatePath }) };
}

/** The listener that commands speak to: the first that serves them and asks for no client certificate, which they do not have. */
function localListener({ server }: Pick<Place, "server">): ListenerSettings | undefined {
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
