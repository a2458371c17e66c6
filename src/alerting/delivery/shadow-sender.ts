import type { OutboxRow, RowEnd } from "../../core/alerting/outbox.ts";
import { composeMessage } from "../../core/message/message.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Store } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { Settler } from "./outcome/settler.ts";

const pollMs = 1000;
const mostLeased = 128;
/** Messages of an earlier start that sends are left alone for so long at a time. */
const leaveAloneMs = 60_000;

type ShadowParts = Readonly<{
  store: Pick<Store, "leaseOutbox" | "settle" | "spending">;
  clock: Clock;
  owner: string;
  /** A message would have been sent now. */
  onShadow(row: OutboxRow, title: string): void;
}>;

/** Records what would be sent, and sends nothing; messages that were made to be sent stay for a start that may. */
export class ShadowSender {
  readonly #parts: ShadowParts;
  readonly #settler: Settler;
  /** What is not sent costs nothing. */
  readonly budgets = [];
  #running = false;
  #cancelTimer = (): void => {};
  #turn: Promise<void> | undefined;
  #progressAtMs: EpochMs;

  constructor(parts: ShadowParts) {
    this.#parts = parts;
    this.#settler = new Settler(parts, () => this.#running);
    this.#progressAtMs = parts.clock.now();
  }

  get progressAtMs(): EpochMs {
    return this.#progressAtMs;
  }

  start(): void {
    this.#running = true;
    this.wake();
  }

  /** Whom it could reach makes no difference. */
  setDirectory(): void {}

  /** Looks into the outbox now. */
  wake(): void {
    if (!this.#running || this.#turn !== undefined) return;
    this.#cancelTimer();
    this.#turn = this.#record().finally(() => {
      this.#turn = undefined;
      if (this.#running) this.#cancelTimer = this.#parts.clock.setTimer(pollMs, () => this.wake());
    });
  }

  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer();
    await this.#turn;
  }

  async #record(): Promise<void> {
    const { clock, onShadow } = this.#parts;
    const leasedAtMs = clock.monotonicMs();
    const rows = await this.#settler.lease(mostLeased);
    if (rows === undefined) return;
    this.#progressAtMs = clock.now();
    if (rows.length === 0) return;
    const ends = rows.map((row): RowEnd => {
      if (row.isShadow !== true)
        return { outboxId: row.id, outcome: { kind: "released" }, retryAtMs: clock.now() + leaveAloneMs };
      const { title } = composeMessage(row.notification);
      onShadow(row, title);
      return { outboxId: row.id, outcome: { kind: "dropped", reason: "shadow", detail: title } };
    });
    await this.#settler.settle({ ends, follow: [] }, leasedAtMs);
  }
}
