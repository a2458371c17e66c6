import type { Decision } from "../../core/alerting/stage.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import type { Mailing } from "./telling/mailing.ts";

/** What the chains of one step of the engine write to. */
export type EscalationStepContext = Readonly<{
  config: AlertingConfig;
  mailing: Mailing;
  nowMs: EpochMs;
  decisions: Decision[];
}>;

/** Records why a chain did or did not tell somebody. */
export function decide(
  { decisions, nowMs }: EscalationStepContext,
  outcome: Decision["outcome"],
  subject: string,
  because: string,
): void {
  decisions.push({ atMs: nowMs, stage: "escalation", outcome, subject, because });
}
