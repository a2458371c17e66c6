import type { DeliveryOutcome, NotifyIo } from "../../core/alerting/notifier.ts";
import { type AcceptedRow, isOutrun, threadOf } from "../../core/alerting/outbox.ts";
import type { Spend } from "../../core/alerting/spending.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Random } from "../../core/ports/random.ts";
import type { Admission } from "./admission.ts";
import { attempt, notificationNow } from "./attempt.ts";
import type { Integration } from "./config/receivers.ts";
import type { Directory } from "./directory.ts";
import type { Budgets } from "./lanes/budgets.ts";
import type { ChannelHealth } from "./lanes/channel-health.ts";
import type { Held } from "./lanes/held.ts";
import { refusalsToConfirm } from "./lanes/lane.ts";
import type { Lanes, Place } from "./lanes/lanes.ts";
import type { Queue } from "./lanes/queue.ts";
import {
  askedDelayMs,
  type Circumstances,
  isSick,
  type Judged,
  judgeAttempt,
  longestWaitMs,
} from "./outcome/judge-attempt.ts";
import { acceptedBy, firstAskMs } from "./outcome/judge-fate.ts";
import type { RowEnds } from "./outcome/row-ends.ts";
import type { Settler } from "./outcome/settler.ts";

const mostInFlight = 8;

type Parts = Readonly<{
  settler: Settler;
  ends: RowEnds;
  admission: Admission;
  budgets: Budgets;
  health: ChannelHealth;
  lanes: Lanes;
  queue: Queue;
  clock: Clock;
  io: NotifyIo;
  random: Random;
  hooks: Readonly<{
    onAttempt(kind: string, outcome: DeliveryOutcome["kind"] | "accepted", durationMs: number): void;
  }>;
  directory(): Directory;
  /** An attempt is over and recorded. */
  onEnded(): void;
}>;

/** How an attempt ended; `isEndpoints` when the endpoint, not this one message, is what failed. */
type Ended = Readonly<{
  outcome: DeliveryOutcome;
  /** Taken by the endpoint, which can be asked what became of it. */
  accepted: AcceptedRow | undefined;
  isEndpoints: boolean;
  spend: Spend | undefined;
}>;

/** Attempts that are under way: each is made, judged and recorded, with what follows from it. */
export class Deliveries {
  readonly #parts: Parts;
  readonly #underWay = new Map<Promise<void>, AbortController>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many more may begin. */
  get room(): number {
    return mostInFlight - this.#underWay.size;
  }

  begin(held: Held, place: Place): void {
    const abort = new AbortController();
    const done = this.#deliver(held, place, abort).finally(() => {
      this.#underWay.delete(done);
      this.#parts.onEnded();
    });
    this.#underWay.set(done, abort);
  }

  /** Ends when all that is under way has. */
  async finished(): Promise<void> {
    await Promise.all(this.#underWay.keys());
  }

  abort(): void {
    for (const abort of this.#underWay.values()) abort.abort();
  }

  async #deliver(held: Held, { member, lane }: Place, abort: AbortController): Promise<void> {
    const { clock, io, random, hooks, budgets, directory } = this.#parts;
    const { row, integration } = held;
    const beganMs = clock.monotonicMs();
    const notification = notificationNow(row, clock.now(), directory());
    const outcome = await attempt(member.notifier, notification, { io, clock, abort });
    const endedMs = clock.monotonicMs();
    const refused = outcome.kind === "rejected" && outcome.scope === "endpoint";
    const longestMs = longestWaitMs(row, clock.now());
    const failure = { askedMs: askedDelayMs(outcome), longestMs, random, refused };
    lane.end(endedMs, refused || isSick(outcome) ? failure : undefined);
    const accepted = acceptedBy(member, row, outcome, clock.now());
    hooks.onAttempt(integration.kind, accepted === undefined ? outcome.kind : "accepted", endedMs - beganMs);
    const spend = budgets.spend(integration, { endpoint: member.endpoint, outcome }, clock.now());
    await this.#conclude(held, { outcome, accepted, isEndpoints: refused || isSick(outcome), spend });
  }

  /** Records what came of an attempt, and what follows from it. */
  async #conclude(held: Held, ended: Ended): Promise<void> {
    const { ends, admission, health, lanes, queue, clock, random } = this.#parts;
    const { outcome, isEndpoints, spend } = ended;
    const { row, integration } = held;
    const nowMs = clock.monotonicMs();
    const pauseMs = isEndpoints ? lanes.pauseMs(integration, nowMs) : 0;
    const isRefusing = lanes.isRefusing(integration, nowMs) || isRefusedAgain(held, outcome);
    const judged = judgeAttempt(row, outcome, clock.now(), {
      random,
      audience: audienceOf(integration),
      isCovered: ends.isCovered(row),
      persists: !(isRefusing && ends.hasFallBack(row)),
      ...(isEndpoints && integration.members.length > 1 ? { elsewhereMs: pauseMs } : {}),
    });
    if (judged.end === "dead" && judged.outcome.kind === "rejected") {
      await ends.bury(held, judged.outcome, spend);
      // What waits behind it may be about what was never heard: the store says so at the next lease.
      await admission.releaseAll(queue.ended(held, true));
    } else await this.#record(held, judged, { ...ended, pauseMs });
    queue.ended(held, false);
    health.attempted(row, judged, clock.now());
    if (isRefusing && outcome.kind === "rejected") health.lost(row, { ...outcome, isLost: false });
  }

  /** Records an attempt after which the row arrived, is asked after, or is tried again; what waits behind it waits as long. */
  async #record(
    held: Held,
    judged: Judged,
    { accepted, spend, pauseMs }: Ended & Readonly<{ pauseMs: number }>,
  ): Promise<void> {
    const { settler, admission, queue, clock } = this.#parts;
    const { row, leasedAtMs } = held;
    const retryAtMs = Math.max(judged.notBeforeMs, clock.now() + pauseMs);
    const again = judged.end === undefined ? { retryAtMs } : {};
    const what =
      accepted === undefined
        ? { outcome: judged.outcome, ...again }
        : { outcome: { kind: "accepted" as const, accepted }, retryAtMs: firstAskMs(row, accepted.atMs) };
    const end = { outboxId: row.id, ...what, ...(spend === undefined ? {} : { spend }) };
    await settler.settle({ ends: [end], follow: [] }, leasedAtMs);
    // Ends of the time before that wait here: the store says at the next lease that they are past.
    if (judged.end === "delivered") await admission.releaseAll(queue.take((each) => isOutrun(each.row, row)));
    const thread = threadOf(row, end);
    if (thread !== undefined) queue.follow(held, thread);
    await admission.releaseAll(queue.ended(held, judged.end === undefined), retryAtMs);
  }
}

/** True when the only endpoint has refused this message so often that it would refuse all, though a restart has forgotten the others. */
function isRefusedAgain({ row, integration }: Held, outcome: DeliveryOutcome): boolean {
  const isRefused = outcome.kind === "rejected" && outcome.scope === "endpoint";
  return isRefused && integration.members.length === 1 && (row.refusals ?? 0) + 1 >= refusalsToConfirm;
}

function audienceOf({ interrupts, alertsOnly }: Integration): Circumstances["audience"] {
  if (interrupts) return "phone";
  return alertsOnly ? "program" : "people";
}
