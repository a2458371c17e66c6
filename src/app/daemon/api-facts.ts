import { packRules } from "../../alerting/packs/index.ts";
import type { ApiDependencies } from "../../api/api-dependencies.ts";
import type { OverviewFacts } from "../../api/overview.ts";
import type { PushSubject } from "../../api/push-tokens.ts";
import { showExpanded } from "../../config/shown/show.ts";
import { keyedShown } from "../../config/shown/shown-config.ts";
import { subjectId } from "../../core/checks/result.ts";
import type { Arrival } from "../../core/ports/inbox.ts";
import type { AppConfig } from "../configuration/app-config.ts";
import type { Sending } from "./base-parts.ts";
import type { DaemonParts } from "./daemon-parts.ts";

type Known = Pick<
  DaemonParts,
  "engine" | "intake" | "upkeep" | "recentLag" | "store" | "pool" | "sender" | "ruleData" | "clock"
> &
  Readonly<{ config(): AppConfig; startedAtMs: number; sending: Sending }>;

/** What the page and the status answer are made of. */
export function overviewFacts(known: Known): OverviewFacts {
  const { loaded } = known.config();
  const { checkStates, alerts, incidents, maintenance, changes, silences, held, overrides } = known.engine.snapshot();
  const { people, schedules } = known.engine.escalation();
  const scheduleLagMs = known.recentLag.p99Ms();
  const { detail } = known.store.health();
  return {
    env: loaded.environment,
    language: loaded.language,
    timeZone: loaded.timeZone,
    startedAtMs: known.startedAtMs,
    checks: loaded.checks,
    states: new Map(checkStates.map((state) => [subjectId(state), state])),
    lastRuns: known.intake.lastRuns,
    incidents,
    alerts,
    maintenance,
    changes,
    silences,
    heldCount: held.length,
    exceptions: overrides.map((override) => ({
      ...override,
      schedule: schedules.get(override.schedule)?.title ?? override.schedule,
      person: people.get(override.person)?.contact.title ?? override.person,
    })),
    deliveries: known.upkeep.deliveries,
    outboxPending: known.upkeep.outboxPending,
    budgets: known.sender.budgets,
    ...(scheduleLagMs === undefined ? {} : { scheduleLagMs }),
    ...(detail === undefined ? {} : { storeTrouble: detail }),
    blindRules: known.ruleData.blind(ownRules(known.config()), known.clock.now()),
    ...(known.sending === "real" ? {} : { sendsNothing: known.sending }),
  };
}

/** Rules that somebody wrote, and that judge what is there. */
function ownRules({ alerting }: AppConfig): readonly string[] {
  return alerting.rules.filter(({ id, kind }) => kind !== "absence" && !packRules.has(id)).map(({ id }) => id);
}

/** Hands an arrival to the sender's target, or to every target of a check; `busy` while its worker is being restarted. */
export function deliverPush(
  known: Known,
  subject: PushSubject,
  arrival: Arrival,
): ReturnType<ApiDependencies["deliverPush"]> {
  const { check, target: only } = subject;
  const configured = known.config().loaded.checks.find((each) => each.id === check);
  const targets = configured?.targets.filter(({ id }) => only === undefined || id === only) ?? [];
  if (configured === undefined || targets.length === 0) return "busy";
  const taken = targets.map((target) =>
    known.pool.arrived({ check, target: target.id, location: configured.location }, arrival),
  );
  return taken.every(Boolean) ? "accepted" : "busy";
}

/** The config that runs, as people may see it. */
export function runningConfig({ loaded }: AppConfig, adminToken: string): ReturnType<ApiDependencies["runningConfig"]> {
  return { fingerprint: loaded.fingerprint, text: showExpanded(loaded), shown: keyedShown(loaded.shown, adminToken) };
}
