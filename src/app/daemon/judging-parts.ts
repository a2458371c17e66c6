import { dirname } from "node:path";
import { createAlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { readOrCreatePageKey } from "../../api/secret-tokens.ts";
import { ChannelWays } from "../../platform/channels/channel-ways.ts";
import { UndiciNotifyHttp } from "../../platform/channels/notify-http.ts";
import { secretFiles } from "../../platform/files/secret-files.ts";
import { systemRandom, uuidSource } from "../../platform/random.ts";
import { BufferedStore } from "../../storage/buffered-store.ts";
import type { BaseParts, PartsRequest } from "./base-parts.ts";
import { Commits } from "./commits.ts";
import { judgeRules } from "./judge-rules.ts";
import { makeSender, type OutboxWorker } from "./make-sender.ts";
import { Reporting } from "./reporting.ts";
import { RuleData } from "./rule-data.ts";
import { Trouble } from "./trouble.ts";
import { WakeLoop } from "./wake-loop.ts";

/** Makes what leads from a change of state to a message: engine, store, senders and what wakes them. */
export function makeJudgingParts(request: PartsRequest, { clock, log, metrics }: BaseParts) {
  const engine = createAlertingEngine(request.config.alerting, { ids: uuidSource });
  const ways = new ChannelWays(request.config.channels);
  const http = new UndiciNotifyHttp(ways);
  const store: BufferedStore = new BufferedStore({
    store: request.storage,
    clock,
    random: systemRandom,
    onHealthChange: (health) => trouble.set("storage", health.detail),
  });
  const flushing: WakeLoop = new WakeLoop(
    clock,
    (nowMs) => commits.add(engine.flush(nowMs)),
    () => engine.nextWakeMs(),
  );
  const commits = new Commits({
    clock,
    log,
    store,
    metrics,
    isShadow: request.sending === "shadow",
    onMessages: (rows) => sender.wake(rows),
    onChange: () => flushing.rearm(),
  });
  const trouble = new Trouble({ engine, clock, log, commit: commits.add });
  const pageKey = readOrCreatePageKey(secretFiles, dirname(request.config.storage.path));
  const sender: OutboxWorker = makeSender(request, {
    commit: commits.add,
    durably: (change) => commits.durably(change),
    engine,
    clock,
    log,
    metrics,
    store,
    ways,
    http,
    trouble,
    pageKey,
  });
  const ruleData = new RuleData();
  const judging = new WakeLoop(
    clock,
    (nowMs) => judgeRules({ engine, store, clock, log, commit: commits.add, seen: ruleData }, nowMs),
    (nowMs) => engine.nextRuleMs(nowMs),
  );
  const reporting = new Reporting({ clock, log, ids: uuidSource, engine, store, commit: commits.add }, request.config);
  return { engine, pageKey, ways, http, store, flushing, commits, trouble, sender, judging, ruleData, reporting };
}
