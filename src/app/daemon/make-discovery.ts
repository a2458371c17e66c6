import { dirname } from "node:path";
import { openTargetSource } from "../../platform/discovery/open-target-source.ts";
import { FileTargetCache } from "../../platform/discovery/target-cache.ts";
import { createResolver } from "../../platform/dns/resolver.ts";
import { createHttpProbing } from "../../platform/http/http-probing.ts";
import { createDialer } from "../../platform/net/dialer.ts";
import { Handshakes } from "../../platform/tls/handshakes.ts";
import { probeKinds } from "../../probes/index.ts";
import { Discovery } from "../discovery/discovery.ts";
import type { BaseParts, PartsRequest } from "./base-parts.ts";
import type { Trouble } from "./trouble.ts";

/** Makes what follows the sources of targets. */
export function makeDiscovery(
  { config, configDirectory }: PartsRequest,
  { clock, log, metrics, trouble, onChange }: BaseParts & Readonly<{ trouble: Trouble; onChange(): void }>,
): Discovery {
  const resolver = createResolver({ clock });
  const http = createHttpProbing(createDialer(clock), clock, new Handshakes(clock));
  return new Discovery({
    clock,
    log,
    metrics: metrics.discovery,
    trouble,
    kinds: probeKinds,
    cache: new FileTargetCache(dirname(config.storage.path)),
    open: (from) => openTargetSource(from, configDirectory, { clock, resolver, http }),
    onChange,
  });
}
