import type { AlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { AppError } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Change, Store } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { RuleData } from "./rule-data.ts";

export type JudgeRulesParts = Readonly<{
  engine: Pick<AlertingEngine, "dueQueries" | "onRuleInputs">;
  store: Pick<Store, "series">;
  clock: Clock;
  log: Logger;
  commit(change: Change): void;
  /** Is told of each rule what the store had for it. */
  seen?: Pick<RuleData, "note">;
}>;

/** Asks the store what the due rules need and lets alerting judge it; while the store cannot be read, rules wait for their next turn. */
export async function judgeRules(parts: JudgeRulesParts, nowMs: EpochMs): Promise<void> {
  const { engine, store, clock, log, commit, seen } = parts;
  for (const { rule, queries } of engine.dueQueries(nowMs)) {
    try {
      const inputs = await store.series(queries);
      seen?.note({ rule, queries }, inputs, clock.now());
      commit(engine.onRuleInputs(rule, inputs, clock.now()));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      log.warn("rule_not_judged", { rule, "error.code": error.code, "error.message": error.message });
    }
  }
}
