import type { Fate, FateOf, NotifyIo } from "../../../core/alerting/notifier.ts";
import type { OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import { retryable } from "../../notifiers/outcome.ts";
import { attemptTimeoutMs, notificationNow } from "../attempt.ts";
import type { Directory } from "../directory.ts";
import { judgeFate, stillAccepted } from "./judge-fate.ts";
import type { Leased, RowEnds } from "./row-ends.ts";
import type { Settler } from "./settler.ts";
import { lostCall, type Succession } from "./succession.ts";

const mostAtOnce = 4;
const waitForRoomMs = 1000;

type Parts = Readonly<{
  settler: Settler;
  ends: RowEnds;
  hooks: Readonly<{ onAttempt(kind: string, outcome: "delivered" | "rejected", durationMs: number): void }>;
  clock: Clock;
  io: NotifyIo;
  directory(): Directory;
  succession: Pick<Succession, "noteUnanswered">;
}>;

/**
 * Asks providers what became of messages that they have taken: an accepted request is no call that was answered. A message that did
 * not arrive ends as any other that was not delivered, with its fallback.
 */
export class Fates {
  readonly #parts: Parts;
  readonly #underWay = new Map<Promise<void>, AbortController>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Begins to ask; what is too much at once is put back for a moment. */
  async ask(taken: Leased): Promise<void> {
    const { settler, clock } = this.#parts;
    const { row, integration, leasedAtMs } = taken;
    if (this.#underWay.size >= mostAtOnce) return settler.release({ row, leasedAtMs }, clock.now() + waitForRoomMs);
    const member = integration?.members.find(({ endpoint }) => endpoint === row.accepted?.endpoint);
    if (member?.notifier.fate === undefined) {
      const outcome = stillAccepted(row, "its receiver has left the configuration");
      return settler.settle({ ends: [{ outboxId: row.id, outcome }], follow: [] }, leasedAtMs);
    }
    const abort = new AbortController();
    const done = this.#conclude(taken, member.notifier.fate, abort).finally(() => this.#underWay.delete(done));
    this.#underWay.set(done, abort);
  }

  /** Lets go of what is under way, and waits for that: it is asked again after the next start. */
  async stop(): Promise<void> {
    for (const abort of this.#underWay.values()) abort.abort();
    await Promise.all(this.#underWay.keys());
  }

  async #conclude(taken: Leased, ask: FateOf, abort: AbortController): Promise<void> {
    const { settler, ends, hooks, clock } = this.#parts;
    const { row, integration, leasedAtMs } = taken;
    const beganMs = clock.monotonicMs();
    const fate = await this.#answer(row, ask, abort);
    const judged = judgeFate(row, fate, clock.now());
    if ("end" in judged) hooks.onAttempt(integration?.kind ?? "", judged.end.kind, clock.monotonicMs() - beganMs);
    const lost = "end" in judged && judged.end.kind === "rejected" ? lostCall(row, judged.end) : undefined;
    if (lost !== undefined) await this.#parts.succession.noteUnanswered(lost);
    if ("againAtMs" in judged) await settler.release({ row, leasedAtMs }, judged.againAtMs);
    // Who lets the telephone ring because the trouble is over or taken needs nobody in their place.
    else if (judged.end.kind === "rejected" && !ends.isAttended(row)) await ends.bury(taken, judged.end);
    else await settler.settle({ ends: [{ outboxId: row.id, outcome: judged.end }], follow: [] }, leasedAtMs);
  }

  /** Asks once under a deadline; a notifier that throws is contained here. */
  async #answer(row: OutboxRow, ask: FateOf, abort: AbortController): Promise<Fate> {
    const { clock, io, directory } = this.#parts;
    const { accepted } = row;
    if (accepted === undefined) return retryable("internal", "the message was not taken");
    const cancel = clock.setTimer(attemptTimeoutMs, () => abort.abort());
    try {
      return await ask(accepted, notificationNow(row, clock.now(), directory()), io, abort.signal);
    } catch (error) {
      return retryable("internal", error instanceof Error ? error.name : typeof error);
    } finally {
      cancel();
    }
  }
}
