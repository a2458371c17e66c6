import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collected, type Collector, counter, gauge, malformed, sample } from "../collector.ts";

const states = ["active", "activating", "deactivating", "failed", "inactive"];
const unitState = gauge("node_systemd_unit_state", "Systemd unit", {
  labels: ["name", "state", "type"],
  history: true,
});
const units = gauge("node_systemd_units", "Summary of systemd unit states", { labels: ["state"] });
const running = gauge(
  "node_systemd_system_running",
  "Whether the system is operational (see 'systemctl is-system-running')",
);
const restarts = counter("node_systemd_service_restart_total", "Service unit count of Restart triggers", {
  labels: ["name"],
  history: true,
});
const mostUnits = 2000;
const listing = "list-units --all --plain --full --no-legend --no-pager".split(" ");

type Service = Readonly<{ type: string; restarts: number | undefined }>;

/** State of systemd's units and restarts of its services, as `systemctl` tells them; off by default, as it starts processes. */
export const systemd: Collector = {
  name: "systemd",
  metrics: [unitState, units, running, restarts],
  open:
    ({ systemd_units_exclude }) =>
    async (source) => {
      const listed = await source.command("systemctl", ...listing);
      if (!listed.ok) return failureOf(listed);
      const shown = await source.command(
        "systemctl",
        "show",
        "--no-pager",
        "--property=Id,Type,NRestarts",
        "*.service",
      );
      if (!shown.ok) return failureOf(shown);
      const manager = await source.command("systemctl", "show", "--no-pager", "--property=SystemState");
      return collectedOf(
        listed.stdout,
        servicesIn(shown.stdout),
        manager.ok ? manager.stdout : "",
        systemd_units_exclude,
      );
    },
};

function failureOf({ isMissing, detail }: Readonly<{ isMissing: boolean; detail: string }>): Collected {
  return isMissing || /not been booted with systemd/.test(detail)
    ? absent("systemd")
    : { ok: false, reason: "permission", detail };
}

function collectedOf(
  listed: string,
  services: ReadonlyMap<string, Service>,
  manager: string,
  isExcluded: (name: string) => boolean,
): Collected {
  const samples: Sample[] = [];
  const counts = new Map(states.map((state) => [state, 0]));
  // A unit that is not found has a mark before its name, and `not-found` behind it.
  const lines = listed.matchAll(/^[^\w\s-]?\s*([^\s]+\.[a-z]+)\s+(\S+)\s+(\S+)\s+\S+/gm);
  for (const [, name = "", , state = ""] of [...lines].slice(0, mostUnits)) {
    const known = counts.get(state);
    if (known === undefined) continue;
    counts.set(state, known + 1);
    if (isExcluded(name)) continue;
    const service = services.get(name);
    const type = service?.type ?? "";
    samples.push(...states.map((each) => sample(unitState.name, each === state ? 1 : 0, { name, state: each, type })));
    if (service?.restarts !== undefined) samples.push(sample(restarts.name, service.restarts, { name }));
  }
  if ([...counts.values()].every((count) => count === 0)) return malformed("systemctl lists no unit");
  samples.push(...[...counts].map(([state, count]) => sample(units.name, count, { state })));
  const state = /^SystemState=(\S+)$/m.exec(manager)?.[1];
  if (state !== undefined) samples.push(sample(running.name, state === "running" ? 1 : 0));
  return { ok: true, samples };
}

/** Properties of one unit stand together, with an empty line before the next. */
function servicesIn(shown: string): ReadonlyMap<string, Service> {
  const services = new Map<string, Service>();
  for (const block of shown.split(/\n\s*\n/)) {
    const fields = new Map([...block.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]));
    const name = fields.get("Id");
    const count = fields.get("NRestarts");
    if (name === undefined) continue;
    const restarted = count !== undefined && /^\d+$/.test(count) ? Number(count) : undefined;
    services.set(name, { type: fields.get("Type") ?? "", restarts: restarted });
  }
  return services;
}
