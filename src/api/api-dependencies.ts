import type { EscalationConfig } from "../alerting/escalation/escalation-config.ts";
import type { Unconfirmed } from "../alerting/escalation/people/confirm-address.ts";
import type { Action } from "../alerting/pipeline/action.ts";
import type { AlertingSnapshot } from "../alerting/pipeline/alerting-engine.ts";
import type { Shown } from "../config/shown/shown-config.ts";
import type { Incident } from "../core/alerting/incident.ts";
import type { DeliveryRecord } from "../core/alerting/outbox.ts";
import type { Locale } from "../core/message/words.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Arrival } from "../core/ports/inbox.ts";
import type { InventoryState } from "../core/ports/inventory.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { History } from "./explain.ts";
import type { OverviewFacts } from "./overview.ts";
import type { ProbeDoor } from "./probe-door.ts";
import type { PushSubject, PushTokens } from "./push-tokens.ts";

/** How a reload ended; on problems the old config stays. */
export type ReloadOutcome =
  | Readonly<{ ok: true; summary: string }>
  | Readonly<{ ok: false; problems: readonly string[] }>;

/** What the HTTP side needs of the daemon. */
export interface ApiDependencies {
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly adminToken: string;
  /** Opens what pipelines may do, and nothing else. */
  readonly pipelineToken: string;
  /** The machine's own names, under which requests may come. */
  readonly hostNames: readonly string[];
  /** Judges and records, and sends nothing. */
  readonly isShadow: boolean;
  readonly pushTokens: PushTokens;
  /** Key that the links of messages are signed with. */
  readonly pageKey: string;
  /** Language and zone of the config, for pages. */
  language(): Locale;
  timeZone(): string;
  /** Answers a scrape by its `Accept` header. */
  scrape(accept: string | undefined): Readonly<{ contentType: string; chunks: AsyncIterable<Buffer> }>;
  /** Whether checks are scheduled and stored; the reason is one sentence. */
  readiness(): Readonly<{ isReady: true } | { isReady: false; reason: string }>;
  /** What the page and the status answer are made of. */
  overview(): OverviewFacts;
  reload(): Promise<ReloadOutcome>;
  /** Begins an orderly stop. */
  quit(): void;
  /** Hands an arrival to the check; `busy` when its inbox is full. */
  deliverPush(subject: PushSubject, arrival: Arrival): "accepted" | "busy";
  /** The config that runs, secrets left out: a fingerprint, YAML for people, and what `diff --running` compares. */
  runningConfig(): Readonly<{ fingerprint: string; text: string; shown: Shown }>;
  /** Static facts of the daemon's machine. */
  host(): InventoryState;
  /** Past alerts and what was decided of them. */
  readonly history: History;
  /** What alerting knows. */
  alerting(): AlertingSnapshot;
  /** An incident by its id, and the newest incidents, as they are stored: also those that are over. */
  incident(id: string): Promise<Incident | undefined>;
  incidents(limit: number): Promise<readonly Incident[]>;
  /** Attempts to deliver messages, newest first. */
  deliveries(limit: number): Promise<readonly DeliveryRecord[]>;
  /** Names of the receivers of the config. */
  receivers(): readonly string[];
  /** People, schedules and policies of the config. */
  escalation(): EscalationConfig;
  /** People by whose own addresses nobody was ever reached. */
  unconfirmed(): readonly Unconfirmed[];
  /** Does what somebody asks of alerting; resolves when it is stored (or waits for a store that fails). */
  perform<T>(action: Action<T>): Promise<T>;
  /** The door for blackbox_exporter's scrapes, where the config has one. */
  door(): ProbeDoor | undefined;
}
