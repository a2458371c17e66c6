import { runConfigTests } from "../../alerting/explain/run-config-tests.ts";
import { lintCatalogue } from "../../alerting/lint/lint-catalogue.ts";
import { lintInhibitions } from "../../alerting/lint/lint-inhibitions.ts";
import { lintReach } from "../../alerting/lint/lint-reach.ts";
import { lintReceivers } from "../../alerting/lint/lint-receivers.ts";
import { lintRoutes } from "../../alerting/lint/lint-routes.ts";
import { lintRules } from "../../alerting/lint/lint-rules.ts";
import { lintLearners, lintSchedules } from "../../alerting/lint/lint-schedules.ts";
import { lintTests } from "../../alerting/lint/lint-tests.ts";
import { lintTrouble } from "../../alerting/lint/lint-trouble.ts";
import { packRules } from "../../alerting/packs/index.ts";
import { type LoadedConfig, locateInConfig, openSections } from "../../config/loaded-config.ts";
import type { ConfigIssue } from "../../config/source/issue.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { probeKinds } from "../../probes/index.ts";
import { runMetrics } from "../daemon/history-points.ts";
import { openAppConfig } from "./app-config.ts";
import { defaultReceiver, sections } from "./sections.ts";

/** What a config that loads has to be asked about, each where it was written. */
export type LintOutcome = Readonly<{
  /** Allowed, but hardly meant. */
  warnings: readonly ConfigIssue[];
  /** Tests of section `tests` that the config does not pass. */
  failures: readonly ConfigIssue[];
}>;

/** Looks for what can hardly be meant, and runs the tests that the config brings along. */
export function lintConfig(loaded: LoadedConfig, nowMs: EpochMs): LintOutcome {
  if (!canOpen(loaded))
    return { warnings: [...locateInConfig(loaded, [notAsked]), ...loaded.literalSecrets], failures: [] };
  const { tests } = openSections(loaded, { tests: sections.tests });
  const { alerting } = openAppConfig(loaded);
  return {
    warnings: lintWarnings(loaded, nowMs),
    failures: locateInConfig(loaded, runConfigTests(tests, alerting)),
  };
}

/** Looks for what can hardly be meant in a config whose secrets are at hand. */
export function lintWarnings(loaded: LoadedConfig, nowMs: EpochMs): readonly ConfigIssue[] {
  const { alerting, receivers } = openAppConfig(loaded);
  const { inhibit_rules: inhibitRules, tests } = openSections(loaded, {
    inhibit_rules: sections.inhibit_rules,
    tests: sections.tests,
  });
  const usedServices = new Set([...alerting.checks, ...alerting.rules].flatMap(({ service }) => service ?? []));
  const { services, sections: written } = loaded;
  const found = [
    ...lintRoutes(alerting.route, new Set(services.map(({ id }) => id))),
    ...lintCatalogue({ sections: written, services, usedServices, people: alerting.escalation.people }),
    ...lintSchedules(alerting.escalation.schedules, nowMs),
    ...lintLearners(alerting),
    ...lintReceivers(receivers),
    ...lintReach({ sections: written, receivers, directory: alerting.escalation }),
    ...lintTrouble(alerting),
    ...lintRules({ rules: alerting.rules, checks: loaded.checks, metricsOf, ready: packRules }),
    ...lintInhibitions(inhibitRules),
    ...lintTests(tests, alerting),
    ...onlyLogged(loaded),
  ];
  return [...locateInConfig(loaded, found), ...loaded.literalSecrets];
}

/** Every check has the verdict and the duration of its runs as series, beside what its kind declares. */
function metricsOf(probe: string): ReadonlySet<string> | undefined {
  const metrics = probeKinds.find(({ kind }) => kind === probe)?.metrics;
  if (metrics === undefined || metrics === "dynamic") return undefined;
  return new Set([...runMetrics, ...metrics.map(({ name }) => name)]);
}

const notAsked = { path: [], message: "secrets are missing, so the tests of the config were not run" };

/** False where a secret that is not at hand is in the way of opening a config. */
export function canOpen({ sections: written }: LoadedConfig): boolean {
  return Object.entries(sections).every(([name, schema]) => schema.safeParse(written[name]).success);
}

function onlyLogged({ sections: written, checks }: LoadedConfig): readonly { path: string[]; message: string }[] {
  if (written["receivers"] !== undefined || checks.length === 0) return [];
  const message = `no receivers are configured: alerts are only written to the daemon's log (receiver ${defaultReceiver})`;
  return [{ path: ["receivers"], message }];
}
