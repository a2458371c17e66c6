import type { Directory } from "../../alerting/delivery/directory.ts";
import type { BudgetView } from "../../alerting/delivery/lanes/budgets.ts";
import { Sender } from "../../alerting/delivery/sender.ts";
import { ShadowSender } from "../../alerting/delivery/shadow-sender.ts";
import { noteUnanswered } from "../../alerting/escalation/chain/unanswered.ts";
import { handOn } from "../../alerting/escalation/telling/heirs.ts";
import type { AlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { noteShadow, noticesOf } from "../../alerting/shadow/note-shadow.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { NotifyHttp } from "../../core/ports/notify-http.ts";
import type { Change } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { ChannelWays } from "../../platform/channels/channel-ways.ts";
import { NodemailerSmtp } from "../../platform/channels/smtp.ts";
import { ChildPrograms } from "../../platform/processes/child-programs.ts";
import { systemRandom, uuidSource } from "../../platform/random.ts";
import type { BufferedStore } from "../../storage/buffered-store.ts";
import { directoryOf } from "../configuration/directory.ts";
import type { BaseParts, PartsRequest } from "./base-parts.ts";
import { deliveryHooks } from "./delivery-hooks.ts";
import type { Trouble } from "./trouble.ts";

/** What takes messages out of the outbox, whether it sends them or not. */
export interface OutboxWorker {
  readonly progressAtMs: EpochMs;
  /** What the budgets of the channels stand at. */
  readonly budgets: readonly BudgetView[];
  start(): void;
  /** Messages were committed. */
  wake(added: readonly OutboxRow[]): void;
  /** Another config is used. */
  setDirectory(directory: Directory): void;
  stop(): Promise<void>;
}

type SenderParts = BaseParts &
  Readonly<{
    engine: Pick<AlertingEngine, "escalation" | "standingOf" | "perform">;
    commit(change: Change): void;
    durably(change: Change): Promise<void>;
    store: BufferedStore;
    ways: ChannelWays;
    http: NotifyHttp;
    trouble: Trouble;
    pageKey: Parameters<typeof directoryOf>[1];
  }>;

/** Makes the sender, or in shadow mode what stands in its place. */
export function makeSender(request: PartsRequest, parts: SenderParts): OutboxWorker {
  const { clock, log, metrics, store, http, trouble } = parts;
  const owner = uuidSource.next();
  if (request.sending === "shadow") {
    const onShadow = (row: OutboxRow, title: string): void => {
      log.info("would_have_sent", { receiver: row.receiver, title });
      const { change } = parts.engine.perform(noteShadow(noticesOf(row, clock.now())), clock.now());
      parts.commit(change);
    };
    return new ShadowSender({ store, clock, owner, onShadow });
  }
  return new Sender({
    store,
    clock,
    random: systemRandom,
    owner,
    directory: directoryOf(request.config, parts.pageKey, parts.engine),
    ids: uuidSource,
    io: {
      now: () => clock.now(),
      http,
      smtp: new NodemailerSmtp(parts.ways),
      programs: new ChildPrograms(clock),
      log: (severity, event, fields) => log[severity](event, fields),
    },
    hooks: deliveryHooks({ metrics, log, trouble }),
    succession: {
      standingOf: (fingerprint, telling) => parts.engine.standingOf(fingerprint, telling),
      handOn: async (handedOn) => {
        await parts.durably(parts.engine.perform(handOn(handedOn), clock.now()).change);
        return true;
      },
      noteUnanswered: (call) => parts.durably(parts.engine.perform(noteUnanswered(call), clock.now()).change),
    },
  });
}
