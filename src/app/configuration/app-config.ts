import type { AlertingConfig } from "../../alerting/alerting-config.ts";
import { type AlertingConfigIssue, checkAlertingConfig } from "../../alerting/check-alerting-config.ts";
import { checkCorrelation } from "../../alerting/correlation/check-correlation.ts";
import { openCorrelation } from "../../alerting/correlation/correlation-schema.ts";
import { checkFallback } from "../../alerting/delivery/config/check-fallback.ts";
import { messageStyleOf } from "../../alerting/delivery/config/messages-schema.ts";
import { withMetaRoute } from "../../alerting/delivery/config/meta-schema.ts";
import { openReceivers, type Receivers } from "../../alerting/delivery/config/receivers.ts";
import { checkEscalation, type EscalationSections } from "../../alerting/escalation/check-escalation.ts";
import { openEscalation } from "../../alerting/escalation/escalation-config.ts";
import { openMuting } from "../../alerting/muting/muting-config.ts";
import { notifierKinds } from "../../alerting/notifiers/index.ts";
import { checkReports } from "../../alerting/reports/check-reports.ts";
import { openReports, type Report } from "../../alerting/reports/report-times.ts";
import { buildRouteTree } from "../../alerting/routing/route-tree.ts";
import { openRules } from "../../alerting/rules/configured-rule.ts";
import { checkRuleReach } from "../../alerting/rules/rule-reach.ts";
import { listenerUrl } from "../../api/listen-address.ts";
import { type TargetsFrom, targetsFromSchema } from "../../config/discovery/targets-from-schema.ts";
import { type LoadedConfig, locateInConfig, openSections } from "../../config/loaded-config.ts";
import type { ConfigIssue } from "../../config/source/issue.ts";
import type { AddressKind } from "../../core/alerting/contact.ts";
import type { Check } from "../../core/checks/check.ts";
import type { DoorSettings } from "../../exporters/blackbox/door.ts";
import { doorSettings } from "../../exporters/blackbox/door-settings.ts";
import { defaultReceiver, sections } from "./sections.ts";
import { calendarsWith } from "./shipped-calendars.ts";

type Opened = ReturnType<typeof openSections<typeof sections>>;

/** A config that loaded, with its sections opened for use in this thread. */
export type AppConfig = Readonly<{
  loaded: LoadedConfig;
  server: Opened["server"];
  storage: Opened["storage"];
  log: Opened["log"];
  deadman: Opened["deadman"];
  uplink: Opened["uplink"];
  meta: Opened["meta"];
  channels: Opened["channels"];
  receivers: Receivers;
  alerting: AlertingConfig;
  reports: readonly Report[];
  /** Absent where the config has no door for blackbox_exporter's scrapes. */
  door: DoorSettings | undefined;
  /** Where the targets of checks come from that name no own ones. */
  targetsFrom: ReadonlyMap<string, TargetsFrom>;
}>;

/** Faults between sections, each where it was written; none for a config that can be opened. What names something that was refused itself is no fault of its own. */
export function crossCheck(loaded: LoadedConfig, isRefused: (name: string) => boolean): readonly ConfigIssue[] {
  const opened = openSections(loaded, sections);
  const receivers = withDefaultReceiver(opened.receivers);
  const services = Object.fromEntries(loaded.services.map((service) => [service.id, service]));
  const problems = checkAlertingConfig({
    route: opened.route,
    meta: opened.meta,
    rules: opened.rules,
    receivers,
    services,
    time_intervals: opened.time_intervals,
    calendar: opened.calendar,
    calendars: Object.fromEntries(calendarsWith(opened.calendars)),
    maintenance: opened.maintenance,
  });
  const catalogue = new Map(loaded.services.map((service) => [service.id, service]));
  const rules = openRules(opened.rules);
  const dependencies = checkCorrelation({ checks: loaded.checks, rules, services: catalogue });
  const reach = isRefused("storage") ? [] : checkRuleReach(rules, opened.storage.bounds.keepSeriesMs);
  const people = checkEscalation({ ...opened, receivers, services, addressed: addressedOf(receivers) });
  const fallback = [...checkFallback({ ...opened, receivers }), ...checkReports({ ...opened, receivers })];
  const found: readonly AlertingConfigIssue[] = [...problems, ...reach, ...dependencies, ...people, ...fallback];
  const own = found.filter(({ missing }) => missing === undefined || !isRefused(missing));
  return locateInConfig(loaded, own);
}

/** Opens a config whose cross-check found nothing; opens nothing on disk or network. */
export function openAppConfig(loaded: LoadedConfig): AppConfig {
  const opened = openSections(loaded, sections);
  const receivers = openReceivers(withDefaultReceiver(opened.receivers), notifierKinds);
  const [listener] = Object.values(opened.server.listeners);
  const ownUrl = listener === undefined ? "" : listenerUrl(listener);
  const style = messageStyleOf(opened.messages);
  const muting = openMuting(opened, {
    timeZone: loaded.timeZone,
    calendar: opened.calendar,
    calendars: calendarsWith(opened.calendars),
  });
  const alerting: AlertingConfig = {
    fingerprint: loaded.fingerprint,
    env: loaded.environment,
    externalUrl: opened.server.external_url ?? ownUrl,
    timeZone: loaded.timeZone,
    locale: loaded.language,
    checks: loaded.checks,
    services: new Map(loaded.services.map((service) => [service.id, service])),
    rules: openRules(opened.rules),
    route: buildRouteTree(withMetaRoute(opened.route, opened.meta)),
    correlation: openCorrelation(opened.correlation),
    muting,
    receivers,
    ...(style === undefined ? {} : { style }),
    escalation: openEscalation(opened, loaded.timeZone, muting.intervals),
  };
  const reports = openReports(opened.reports, alerting.muting, loaded.timeZone);
  const { server, storage, log, deadman, uplink, meta, channels } = opened;
  const door = doorSettings(loaded.attachments["blackbox"], opened.blackbox);
  const targetsFrom = targetsFromOf(loaded.checks);
  return {
    loaded,
    server,
    storage,
    log,
    deadman,
    uplink,
    meta,
    channels,
    receivers,
    alerting,
    reports,
    door,
    targetsFrom,
  };
}

function targetsFromOf(checks: readonly Check[]): ReadonlyMap<string, TargetsFrom> {
  return new Map(
    checks.flatMap(({ id, targetsFrom: raw }) =>
      raw === undefined ? [] : [[id, targetsFromSchema.parse(raw)] as const],
    ),
  );
}

/** Receivers all of whose notifiers need the same address of a person; one that interrupts rings for nobody else in the person's place. */
function addressedOf(receivers: Opened["receivers"]): EscalationSections["addressed"] {
  const kinds = new Map(notifierKinds.map((kind) => [kind.kind, kind]));
  const neededBy = (entry: Opened["receivers"][string]["to"][number]): AddressKind | undefined => {
    const { personal, interrupts } = kinds.get(entry.kind) ?? {};
    return interrupts === true || entry[personal?.ownOption ?? ""] === undefined ? personal?.address : undefined;
  };
  return new Map(
    Object.entries(receivers).flatMap(([name, { to }]) => {
      const [needed, ...others] = new Set(to.map(neededBy));
      return needed === undefined || others.length > 0 ? [] : [[name, needed] as const];
    }),
  );
}

function withDefaultReceiver(receivers: Opened["receivers"]): Opened["receivers"] {
  const line = { kind: "log", send_resolved: true } as const;
  return Object.hasOwn(receivers, defaultReceiver) ? receivers : { ...receivers, [defaultReceiver]: { to: [line] } };
}
