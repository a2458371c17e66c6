import type { Check } from "../core/checks/check.ts";
import type { MessageStyle } from "../core/message/message-style.ts";
import type { Service } from "../core/service.ts";
import type { Severity } from "../core/severity.ts";
import type { Correlation } from "./correlation/correlation-schema.ts";
import type { EscalationConfig } from "./escalation/escalation-config.ts";
import type { MutingConfig } from "./muting/muting-config.ts";
import type { Route } from "./routing/route-tree.ts";
import type { ConfiguredRule } from "./rules/configured-rule.ts";

/** What the engine has to know of a receiver: how many messages one notification becomes, where they go and for how long. */
export type AlertReceiver = Readonly<{
  title?: string;
  integrations: readonly Readonly<{
    kind: string;
    endpoint: string;
    sendResolved: boolean;
    interrupts: boolean;
    alertsOnly?: boolean;
    /** It reaches a person alone; others see what a chat is told. */
    isPersonal?: boolean;
    /** It has no address of its own: where no person is named it reaches nobody. */
    personsOnly?: boolean;
  }>[];
  /** A notification whose gravest alert has this severity is given up after so long. */
  deliverWithinMs: Readonly<Record<Severity, number>>;
  /** Reach references that take over what cannot be delivered. */
  fallback: readonly string[];
}>;

/** Everything of the config that alerting judges by. */
export type AlertingConfig = Readonly<{
  /** Equal for equal configs only. */
  fingerprint: string;
  env: string;
  externalUrl: string;
  timeZone: string;
  locale: "en" | "zh";
  checks: readonly Check[];
  services: ReadonlyMap<string, Service>;
  rules: readonly ConfiguredRule[];
  route: Route;
  correlation: Correlation;
  muting: MutingConfig;
  receivers: ReadonlyMap<string, AlertReceiver>;
  /** How messages are worded, where the config words them. */
  style?: MessageStyle;
  escalation: EscalationConfig;
}>;

/** True for what reaches a person alone: an own address, or a telephone. */
export function isPersonal({ isPersonal: isOwn, interrupts }: AlertReceiver["integrations"][number]): boolean {
  return isOwn === true || interrupts;
}
