import type { AlertingConfig, AlertReceiver } from "../alerting-config.ts";
import { channelComponent } from "../delivery/lanes/channel-component.ts";
import { troubleDemand } from "../pipeline/trouble.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import type { Lint } from "./lint-routes.ts";

/** Finds receivers whose own trouble is told through themselves alone, where another could tell it. */
export function lintTrouble(config: AlertingConfig): readonly Lint[] {
  const mortal = [...config.receivers].filter(([, { integrations }]) => integrations.some(canDie));
  if (mortal.length < 2) return [];
  return mortal.flatMap(([name, { integrations, fallback }]) => {
    const [only, ...others] = integrations;
    if (only === undefined || others.length > 0 || fallback.length > 0) return [];
    const component = channelComponent({ receiver: name, endpoint: only.endpoint, what: "failing" });
    const { labels } = troubleDemand({ component, detail: { en: "", zh: "" }, untilMs: 0 }, config);
    if (matchRoutes(config.route, labels).some(({ receiver }) => receiver !== name)) return [];
    const message =
      "nobody learns when it is dead: that would be told through it alone; name another receiver in `meta`";
    return [{ path: ["receivers", name], message }];
  });
}

/** What writes into the daemon's own log has no endpoint but its kind. */
function canDie({ kind, endpoint }: AlertReceiver["integrations"][number]): boolean {
  return endpoint !== kind;
}
