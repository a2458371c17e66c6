import type { DeliveryOutcome } from "../../core/notifier.ts";
import { isUrgentRow, type OutboxRow } from "../../core/outbox.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { IdSource } from "../../core/ports/random.ts";
import type { Spend } from "../../core/spending.ts";
import { rejected, retryable } from "../notifiers/outcome.ts";
import type { ChannelHealth } from "./channel-health.ts";
import { digestRow } from "./digest.ts";
import type { Directory } from "./directory.ts";
import { fallBackRows, hasFallBack } from "./fall-back.ts";
import { FallBackWindow } from "./fall-back-window.ts";
import type { Held } from "./held.ts";
import type { Merge } from "./overflow.ts";
import { passedOn } from "./pass-on-end.ts";
import type { Settler } from "./settler.ts";

export type Rejected = Extract<DeliveryOutcome, { kind: "rejected" }>;

/** Its time was over before an attempt could begin. */
export const expired = rejected("message", "expired", "no attempt could be made in time");

/** Ends that are no fault of the channel; a budget that is used up is told of its own. */
const ownReasons: ReadonlySet<string> = new Set(["removed", "budget", "no_answer"]);

/** What is told of rows that end without an attempt of their own. */
export type RowEndHooks = Readonly<{
  /** The row will not be tried again and was not delivered; `heirs` are the receivers that take over. */
  onDead(row: OutboxRow, failure: Readonly<{ reason: string; detail: string; heirs: readonly string[] }>): void;
  /** Several messages were joined to one. */
  onDigest(digest: OutboxRow, count: number): void;
}>;

type Parts = Readonly<{
  settler: Settler;
  health: ChannelHealth;
  clock: Clock;
  ids: IdSource;
  hooks: RowEndHooks;
  directory(): Directory;
  /** Rows were added to the outbox. */
  onFollow(): void;
}>;

/** Ends leased rows in one transaction with what takes over from them, or puts them back. */
export class RowEnds {
  readonly #parts: Parts;
  readonly #window = new FallBackWindow();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** True when somebody would take over from the row. */
  hasFallBack(row: OutboxRow): boolean {
    const { directory, ids, clock } = this.#parts;
    return hasFallBack(row, { ...directory(), ids }, clock.now());
  }

  /** Ends a row that is not to be sent, whatever it says; false when it is. */
  async dropped(row: OutboxRow, leasedAtMs: number): Promise<boolean> {
    if (row.isShadow === true) {
      await this.#drop(row, leasedAtMs, { reason: "shadow", detail: "made in shadow mode", follow: [] });
      return true;
    }
    const { directory, ids, clock } = this.#parts;
    const follow = passedOn(row, { receivers: directory().receivers, ids }, clock.now());
    if (follow === undefined) return false;
    await this.#drop(row, leasedAtMs, { reason: "not_told", detail: "its beginning never arrived here", follow });
    return true;
  }

  /** Ends a row that was not delivered, together with what takes over from it. */
  async bury(row: OutboxRow, leasedAtMs: number, outcome: Rejected, spend?: Spend): Promise<void> {
    const { settler, health, hooks, directory, ids, clock } = this.#parts;
    const nowMs = clock.now();
    const follow = this.#window.collect(fallBackRows(row, { ...directory(), ids }, nowMs), nowMs);
    const end = { outboxId: row.id, outcome, ...(spend === undefined ? {} : { spend }) };
    await settler.settle({ ends: [end], follow }, leasedAtMs);
    const { reason, detail } = outcome;
    const isLost = isUrgentRow(row) && follow.length === 0;
    if (!ownReasons.has(reason) || isLost) health.lost(row, { reason, detail, isLost });
    hooks.onDead(row, { reason, detail, heirs: follow.map((heir) => heir.receiver) });
    this.#followed(follow);
  }

  /** Gives a row back that has to wait so long, and says why in its history. */
  async putBack({ row, leasedAtMs }: Held, reason: "queue_full" | "shutdown", waitMs: number): Promise<void> {
    const { settler, clock } = this.#parts;
    const detail = reason === "shutdown" ? "the daemon stops" : "the endpoint takes no more for now";
    const retryAtMs = Math.min(clock.now() + waitMs, row.giveUpAtMs);
    const end = { outboxId: row.id, outcome: retryable(reason, detail), retryAtMs };
    await settler.settle({ ends: [end], follow: [] }, leasedAtMs);
  }

  /** Ends rows by one that says what all of them say. */
  async join({ rows, waitMs }: Merge): Promise<void> {
    const [first, ...rest] = rows;
    if (first === undefined) return;
    const { settler, hooks, ids, clock } = this.#parts;
    const digest = digestRow([first.row, ...rest.map(({ row }) => row)], {
      id: ids.next(),
      notBeforeMs: clock.now() + waitMs,
    });
    const ends = rows.map(({ row }) => ({
      outboxId: row.id,
      outcome: { kind: "digested" as const, into: digest.id },
    }));
    await settler.settle({ ends, follow: [digest] }, Math.min(...rows.map(({ leasedAtMs }) => leasedAtMs)));
    hooks.onDigest(digest, rows.length);
    this.#followed([digest]);
  }

  async #drop(
    row: OutboxRow,
    leasedAtMs: number,
    { follow, ...why }: Readonly<{ reason: string; detail: string; follow: readonly OutboxRow[] }>,
  ): Promise<void> {
    const end = { outboxId: row.id, outcome: { kind: "dropped" as const, ...why } };
    await this.#parts.settler.settle({ ends: [end], follow }, leasedAtMs);
    this.#followed(follow);
  }

  #followed(follow: readonly OutboxRow[]): void {
    if (follow.length > 0) this.#parts.onFollow();
  }
}
