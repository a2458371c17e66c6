import { z } from "zod";
import { defineProbe } from "../../core/checks/probe.ts";
import { registrableName } from "../../core/domain/registrable-name.ts";
import { domainMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runDomain } from "./run.ts";
import { layoutOf } from "./whois/layouts.ts";

const hourMs = 3_600_000;

/** A domain or any host under it; becomes the registrable name in ASCII. */
const addressSchema: z.ZodType<string, string> = z.string().transform((text, context) => {
  const found = registrableName(text);
  if (found !== undefined) return found.name;
  const message = `"${text.slice(0, 80)}" is no domain that somebody can register; write it as example.com`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** Top-level domains whose registry answers for another one by the same servers: Verisign's and CNNIC's. */
const sharedRegistries: ReadonlyMap<string, string> = new Map([
  ["net", "com"],
  ["xn--fiqs8s", "cn"],
  ["xn--fiqz9s", "cn"],
]);

/** Watches the registration of a domain: its end, its statuses, its registrar and its name servers. @see RFC 9083, RFC 3912 */
export const domain = defineProbe({
  kind: "domain",
  title: "Domain registration",
  tier: "application",
  trigger: "schedule",
  // One look-up that a registry refuses is no blindness; three in a row are.
  defaults: {
    intervalMs: 12 * hourMs,
    timeoutMs: 60_000,
    failureThreshold: 1,
    blindAfterMs: 36 * hourMs,
    // As the pacer shares out the turns at a registry, so that hundreds of new domains are asked for one by one.
    paceMs: 5000,
  },
  address: addressSchema,
  display: (address) => address,
  // Domains of one registry are asked for by one worker, so that one token bucket sees them all.
  hostOf: (address) => {
    const top = address.slice(address.lastIndexOf(".") + 1);
    return `registry-of-${sharedRegistries.get(top) ?? top}`;
  },
  options: optionsSchema,
  metrics: domainMetrics,
  advice: ({ expires, rdap_server: rdap, whois_server: whois }, name) => {
    const top = name.slice(name.lastIndexOf(".") + 1);
    if (expires !== undefined || rdap !== undefined || whois !== undefined) return undefined;
    if (layoutOf(top).isPublished !== false) return undefined;
    return `the registry of .${top} tells nobody when a domain ends: give \`expires\`, or nobody is warned of it`;
  },
  create: (options, io) => ({
    run: (context) => runDomain(options, io, context),
    async close() {},
  }),
});
