import type { Alert } from "../../core/alert.ts";
import type { Decision } from "../../core/stage.ts";
import type { EpochMs } from "../../core/time.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import type { Mailing } from "./mailing.ts";

/** What the chains of one step of the engine write to. */
export type EscalationStepContext = Readonly<{
  config: AlertingConfig;
  mailing: Mailing;
  nowMs: EpochMs;
  decisions: Decision[];
}>;

/** What of an incident fires and may be told; whether that is all that fires; and when the clock may next let more of it be told. */
export type Audible = Readonly<{ alerts: readonly Alert[]; isAll: boolean; moreAtMs: EpochMs }>;

/** Records why a chain did or did not tell somebody. */
export function decide(
  { decisions, nowMs }: EscalationStepContext,
  outcome: Decision["outcome"],
  subject: string,
  because: string,
): void {
  decisions.push({ atMs: nowMs, stage: "escalation", outcome, subject, because });
}
