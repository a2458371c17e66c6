import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Result } from "../../core/checks/result.ts";
import type { Change } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { createAlertingEngine } from "../pipeline/alerting-engine.ts";
import type { RuleJudgement } from "./rule-turns.ts";

/** One message that the config would have sent. */
export type ReplayedMessage = Readonly<{
  atMs: EpochMs;
  receiver: string;
  recipient?: string;
  intent: string;
  because: string;
  /** What the alerts of the message are about, the gravest first. */
  alerts: readonly Readonly<{ status: string; severity: string; summary: string }>[];
}>;

/**
 * Judges stored results, and of the rules those with judgements, as if the config had been running since the first of them, nobody had
 * taken or silenced anything, and every message had arrived. The results must be in the order of their slots, the judgements in that of
 * their times.
 */
export function replay(
  config: AlertingConfig,
  results: readonly Result[],
  toMs: EpochMs,
  judgements: readonly RuleJudgement[] = [],
): readonly ReplayedMessage[] {
  let count = 0;
  const judged = new Set(judgements.map(({ rule }) => rule));
  const rules = config.rules.filter(({ id }) => judged.has(id));
  const engine = createAlertingEngine({ ...config, rules }, { ids: { next: () => `replay-${++count}` } });
  const messages: ReplayedMessage[] = [];
  const tell = ({ outbox }: Change): void => void messages.push(...outbox.map(messageOf));
  let nowMs = beginningMs(results, judgements, toMs);
  // As a daemon that starts then: what the clock would have brought before that is nobody's.
  tell(engine.flush(nowMs));
  const wakeUntil = (untilMs: EpochMs): void => {
    for (let wakeMs = engine.nextWakeMs(); wakeMs !== undefined && wakeMs <= untilMs; wakeMs = engine.nextWakeMs()) {
      nowMs = Math.max(nowMs, wakeMs);
      tell(engine.flush(nowMs));
    }
    nowMs = Math.max(nowMs, untilMs);
  };
  let next = 0;
  const judgeUntil = (untilMs: EpochMs): void => {
    for (let turn = judgements[next]; turn !== undefined && turn.atMs <= untilMs; turn = judgements[next]) {
      wakeUntil(turn.atMs);
      tell(engine.onRuleInputs(turn.rule, turn.inputs, nowMs));
      next += 1;
    }
  };
  for (const result of results) {
    const endedAtMs = Math.round(result.startedAtMs + result.durationMs);
    judgeUntil(endedAtMs);
    wakeUntil(endedAtMs);
    tell(engine.onResults([result], nowMs).change);
  }
  judgeUntil(toMs);
  wakeUntil(toMs);
  return messages;
}

function beginningMs(results: readonly Result[], judgements: readonly RuleJudgement[], toMs: EpochMs): EpochMs {
  const [result] = results;
  const [judgement] = judgements;
  const firstResultMs = result === undefined ? toMs : Math.round(result.startedAtMs + result.durationMs);
  return Math.min(toMs, firstResultMs, judgement?.atMs ?? toMs);
}

function messageOf({ notification }: OutboxRow): ReplayedMessage {
  const { createdAtMs, receiver, recipient, intent, because, alerts } = notification;
  return {
    atMs: createdAtMs,
    receiver,
    ...(recipient === undefined ? {} : { recipient }),
    intent,
    because,
    alerts: alerts.map(({ status, labels, annotations }) => ({
      status,
      severity: labels["severity"] ?? "",
      summary: annotations["summary"] ?? labels["alertname"] ?? "",
    })),
  };
}
