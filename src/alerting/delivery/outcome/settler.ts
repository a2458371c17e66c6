import type { OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Spend, Spending } from "../../../core/alerting/spending.ts";
import { AppError } from "../../../core/errors.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { Settling, Store } from "../../../core/store.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { Held } from "../lanes/held.ts";

const leaseTtlMs = 60_000;
const retryMs = 1000;

type SettlerParts = Readonly<{
  store: Pick<Store, "leaseOutbox" | "settle" | "spending">;
  clock: Clock;
  owner: string;
}>;

/** Leases rows and records what became of them, for as long as a lease lasts. */
export class Settler {
  readonly #parts: SettlerParts;
  readonly #isRunning: () => boolean;

  constructor(parts: SettlerParts, isRunning: () => boolean) {
    this.#parts = parts;
    this.#isRunning = isRunning;
  }

  /** Leases rows; undefined while the store cannot be asked. */
  async lease(count: number): Promise<readonly OutboxRow[] | undefined> {
    const { store, clock, owner } = this.#parts;
    try {
      return await store.leaseOutbox(owner, count, clock.now(), leaseTtlMs);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return undefined;
    }
  }

  /** What endpoints have spent since that day; undefined while the store cannot be asked. */
  async spending(fromDay: string): Promise<readonly Spending[] | undefined> {
    try {
      return await this.#parts.store.spending(fromDay);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return undefined;
    }
  }

  /** Records ends; while the store fails it is tried again until the lease is over, and then the rows are taken once more. */
  async settle(settling: Settling, leasedAtMs: number): Promise<void> {
    const { store, clock, owner } = this.#parts;
    while (clock.monotonicMs() - leasedAtMs < leaseTtlMs) {
      try {
        await store.settle(owner, settling, clock.now());
        return;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (!this.#isRunning()) return;
        await clock.sleep(retryMs);
      }
    }
  }

  /** Gives a row back as if it had never been leased, but for what an attempt before that may have cost. */
  async release(
    { row, leasedAtMs }: Pick<Held, "row" | "leasedAtMs">,
    retryAtMs: EpochMs,
    spend?: Spend,
  ): Promise<void> {
    const cost = spend === undefined ? {} : { spend };
    const end = { outboxId: row.id, outcome: { kind: "released" }, retryAtMs, ...cost } as const;
    await this.settle({ ends: [end], follow: [] }, leasedAtMs);
  }
}
