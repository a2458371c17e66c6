import { dirname } from "node:path";
import { Sender } from "../../alerting/delivery/sender.ts";
import { createAlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { readOrCreatePageKey } from "../../api/secret-tokens.ts";
import { ChildPrograms } from "../../platform/child-programs.ts";
import { UndiciNotifyHttp } from "../../platform/notify-http.ts";
import { systemRandom, uuidSource } from "../../platform/random.ts";
import { secretFiles } from "../../platform/secret-files.ts";
import { NodemailerSmtp } from "../../platform/smtp.ts";
import { BufferedStore } from "../../storage/buffered-store.ts";
import { directoryOf } from "../configuration/directory.ts";
import type { BaseParts, PartsRequest } from "./base-parts.ts";
import { Commits } from "./commits.ts";
import { deliveryHooks } from "./delivery-hooks.ts";
import { judgeRules } from "./judge-rules.ts";
import { Trouble } from "./trouble.ts";
import { WakeLoop } from "./wake-loop.ts";

/** Makes what leads from a change of state to a message: engine, store, senders and what wakes them. */
export function makeJudgingParts(request: PartsRequest, { clock, log, metrics }: BaseParts) {
  const engine = createAlertingEngine(request.config.alerting, { ids: uuidSource });
  const http = new UndiciNotifyHttp();
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
    onMessages: () => sender.wake(),
    onChange: () => flushing.rearm(),
  });
  const trouble = new Trouble({ engine, clock, log, commit: commits.add });
  const pageKey = readOrCreatePageKey(secretFiles, dirname(request.config.storage.path));
  const sender: Sender = new Sender({
    store,
    clock,
    random: systemRandom,
    owner: uuidSource.next(),
    directory: directoryOf(request.config, pageKey),
    ids: uuidSource,
    io: {
      now: () => clock.now(),
      http,
      smtp: new NodemailerSmtp(),
      programs: new ChildPrograms(clock),
      log: (severity, event, fields) => log[severity](event, fields),
    },
    hooks: deliveryHooks({ metrics, log, trouble }),
  });
  const judging = new WakeLoop(
    clock,
    (nowMs) => judgeRules({ engine, store, clock, log, commit: commits.add }, nowMs),
    (nowMs) => engine.nextRuleMs(nowMs),
  );
  return { engine, pageKey, http, store, flushing, commits, trouble, sender, judging };
}
