import { type PlacedTargets, placeTargets } from "../../config/discovery/place-targets.ts";
import { targetsFromSchema } from "../../config/discovery/targets-from-schema.ts";
import type { Check } from "../../core/checks/check.ts";
import { systemClock } from "../../platform/clock.ts";
import { openTargetSource } from "../../platform/discovery/open-target-source.ts";
import { createResolver } from "../../platform/dns/resolver.ts";
import { createHttpProbing } from "../../platform/http/http-probing.ts";
import { createDialer } from "../../platform/net/dialer.ts";
import { Handshakes } from "../../platform/tls/handshakes.ts";
import { probeKinds } from "../../probes/index.ts";
import { mergeParts } from "./merge-parts.ts";

/** Checks with the targets that their sources list now, and what was wrong with these sources. */
export type DiscoveredOnce = Readonly<{ checks: readonly Check[]; problems: readonly string[] }>;

/** Reads each check's source of targets once; relative files stand beside `directory`. */
export async function discoverOnce(checks: readonly Check[], directory: string): Promise<DiscoveredOnce> {
  const clock = systemClock;
  const http = createHttpProbing(createDialer(clock), clock, new Handshakes(clock));
  const ports = { clock, resolver: createResolver({ clock }), http };
  const problems: string[] = [];
  const discover = async (check: Check): Promise<Check> => {
    const kind = probeKinds.find((each) => each.kind === check.probe);
    if (check.targetsFrom === undefined || kind === undefined) return check;
    const from = targetsFromSchema.parse(check.targetsFrom);
    const read = await openTargetSource(from, directory, ports).read(new AbortController().signal);
    const merged = mergeParts(new Map(), read, from.may_be_empty);
    const placing = { ...from, options: check.options };
    const placed: PlacedTargets = placeTargets(kind, [...merged.parts.values()].flat(), placing);
    problems.push(
      ...[...merged.problems, ...placed.problems].map((problem) => `the targets of ${check.id}: ${problem}`),
    );
    return { ...check, targets: placed.targets };
  };
  return { checks: await Promise.all(checks.map(discover)), problems };
}
