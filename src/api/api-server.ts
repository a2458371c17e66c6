import type { FastifyInstance } from "fastify";
import { AppError, messageOf } from "../core/errors.ts";
import type { ListenerIdentity } from "../core/ports/listener-identity.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { buildHttpServer, renewIdentity } from "./http-server.ts";
import { formatListenAddress, listenerUrl } from "./listen-address.ts";
import { routeTable } from "./route-table.ts";
import type { ListenerSettings, ServerSettings } from "./server-schema.ts";

const closePatienceMs = 2000;

/** The HTTP side of the daemon while it listens. */
export interface ApiServer {
  /** Listener name → URL under which it answers; a port 0 is replaced by the real one. */
  readonly addresses: ReadonlyMap<string, string>;
  /** New connections of this listener see the certificate from now on; those that stand go on. */
  renew(listener: string, identity: ListenerIdentity): void;
  /** Takes no more connections, lets running requests end for two seconds, then cuts them. */
  close(): Promise<void>;
}

/**
 * Listens on all configured addresses; either all of them listen or none.
 * @throws {AppError} ERR_ADDRESS_IN_USE when another process listens on one, ERR_CONFIG_INVALID when one cannot be listened on.
 */
export async function openApi(
  settings: ServerSettings,
  dependencies: ApiDependencies,
  identities: ReadonlyMap<string, ListenerIdentity> = new Map(),
): Promise<ApiServer> {
  const table = routeTable(dependencies);
  const opened = new Map<string, FastifyInstance>();
  const close = () => closeAll([...opened.values()], dependencies);
  try {
    for (const [name, listener] of Object.entries(settings.listeners)) {
      const app = await buildHttpServer({ ...listener, identity: identities.get(name) }, settings, dependencies, table);
      opened.set(name, app);
      await listen(app, name, listener);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    addresses: new Map([...opened].map(([name, app]) => [name, urlOf(app, identities.get(name))])),
    renew: (name, identity) => renewIdentity(opened.get(name), identity),
    close,
  };
}

async function listen(app: FastifyInstance, name: string, { listen: address }: ListenerSettings): Promise<void> {
  try {
    await app.listen({ host: address.host, port: address.port });
  } catch (error) {
    const where = formatListenAddress(address);
    if ((error as NodeJS.ErrnoException).code === "EADDRINUSE") {
      throw new AppError("ERR_ADDRESS_IN_USE", `another process listens on ${where} already`, {
        hint: `Is a Watchfire running there? If so, stop it; otherwise set server.listeners.${name}.listen to another port.`,
        cause: error,
      });
    }
    throw new AppError("ERR_CONFIG_INVALID", `cannot listen on ${where}: ${messageOf(error)}`, {
      hint: `Set server.listeners.${name}.listen to an address of this machine and a port that this user may take.`,
      cause: error,
    });
  }
}

function urlOf(app: FastifyInstance, tls: ListenerIdentity | undefined): string {
  const address = app.server.address();
  return typeof address === "object" && address !== null
    ? listenerUrl({ listen: { host: address.address, port: address.port }, tls })
    : "";
}

async function closeAll(apps: readonly FastifyInstance[], { clock }: ApiDependencies): Promise<void> {
  const cancel = clock.setTimer(closePatienceMs, () => {
    for (const app of apps) app.server.closeAllConnections();
  });
  await Promise.all(apps.map((app) => app.close()));
  cancel();
}
