import type { DeliveryOutcome, DeliveryReason } from "../../../core/alerting/notifier.ts";
import { fingerprintsOf, isUrgentRow, type OutboxRow, type RowEnd } from "../../../core/alerting/outbox.ts";
import type { Spend } from "../../../core/alerting/spending.ts";
import type { Clock } from "../../../core/ports/clock.ts";
import type { IdSource } from "../../../core/ports/random.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { rejected, retryable } from "../../notifiers/outcome.ts";
import type { Integration } from "../config/receivers.ts";
import type { Directory } from "../directory.ts";
import type { ChannelHealth } from "../lanes/channel-health.ts";
import { digestRow } from "../lanes/digest.ts";
import type { Held } from "../lanes/held.ts";
import type { Merge } from "../lanes/overflow.ts";
import { fallBackRows, hasFallBack, hasNamedFallBack } from "./fall-back.ts";
import { FallBackWindow } from "./fall-back-window.ts";
import { heardPart } from "./heard-part.ts";
import type { Settler } from "./settler.ts";
import { isPast, type Succession, stillOpen, stillToTell } from "./succession.ts";

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

/** A leased row, and by what it goes, as far as the config knows. */
export type Leased = Readonly<{ row: OutboxRow; integration: Integration | undefined; leasedAtMs: number }>;

type Parts = Readonly<{
  settler: Settler;
  health: ChannelHealth;
  clock: Clock;
  ids: IdSource;
  hooks: RowEndHooks;
  succession: Succession;
  directory(): Directory;
  /** Rows were added to the outbox. */
  onFollow(rows: readonly OutboxRow[]): void;
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

  /** True when nobody has to be found any more for what the row says: it is over, or somebody has taken it since. */
  isAttended(row: OutboxRow): boolean {
    const { succession } = this.#parts;
    return row.notification.intent !== "test" && stillOpen(row, { succession, rings: true }) === undefined;
  }

  /** True when nobody misses the row: somebody whom its receiver names takes over, or what it says is attended. */
  isCovered(row: OutboxRow): boolean {
    const { directory, ids, clock } = this.#parts;
    return this.isAttended(row) || hasNamedFallBack(row, { ...directory(), ids }, clock.now());
  }

  /** What of a row is to be sent by that integration; undefined when nothing of it is, and it has been ended. */
  async admitted(
    row: OutboxRow,
    integration: Integration | undefined,
    leasedAtMs: number,
  ): Promise<OutboxRow | undefined> {
    const part = heardPart(row);
    if (row.isShadow === true) await this.#drop(row, leasedAtMs, "shadow", "made in shadow mode");
    else if (part === undefined && row.overtaken !== undefined)
      await this.#drop(row, leasedAtMs, "past", "it fires again, which was told here before this could be");
    else if (part === undefined) await this.#drop(row, leasedAtMs, "not_told", "its beginning never arrived here");
    else if (this.isPast(row, integration)) await this.dropPast(row, leasedAtMs);
    else return part;
    return undefined;
  }

  /** True for what would make a telephone ring, or is told in another's place, when it is over or somebody has taken it before it was told. */
  isPast(row: OutboxRow, integration: Integration | undefined): boolean {
    const rings = integration?.interrupts === true;
    return (rings || row.tried !== undefined) && isPast(row, { succession: this.#parts.succession, rings });
  }

  /** Ends a row that nobody needs to hear any more. */
  async dropPast(row: OutboxRow, leasedAtMs: number): Promise<void> {
    const why = "it was over, or somebody had taken it, before it was told";
    await this.#drop(row, leasedAtMs, "past", row.startedBefore ? `it may have arrived, and ${why} again` : why);
  }

  /** Ends a row that was not delivered, together with what takes over from it. */
  async bury({ row, integration, leasedAtMs }: Leased, outcome: Rejected, spend?: Spend): Promise<void> {
    const { settler, health, hooks, succession, clock } = this.#parts;
    const nowMs = clock.now();
    const ongoing = stillToTell(row, { succession, rings: integration?.interrupts === true });
    const follow = ongoing === undefined ? [] : this.#window.collect(this.#heirsOf(ongoing, nowMs), nowMs);
    const { reason, detail } = outcome;
    const isLost = ongoing !== undefined && isUrgentRow(ongoing) && follow.length === 0;
    // Told before it is recorded: who dies between the two tries again, and loses nothing in silence.
    if (!ownReasons.has(reason) || isLost) health.lost(row, { reason, detail, isLost });
    hooks.onDead(row, { reason, detail, heirs: follow.map((heir) => heir.receiver) });
    const end = { outboxId: row.id, outcome, ...(spend === undefined ? {} : { spend }) };
    const isStored = ongoing !== undefined && follow.length > 0 && (await this.#handOn(ongoing, end, follow));
    if (!isStored) await settler.settle({ ends: [end], follow }, leasedAtMs);
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

  async #drop(row: OutboxRow, leasedAtMs: number, reason: DeliveryReason, detail: string): Promise<void> {
    const end = { outboxId: row.id, outcome: { kind: "dropped" as const, reason, detail } };
    await this.#parts.settler.settle({ ends: [end], follow: [] }, leasedAtMs);
  }

  #heirsOf(row: OutboxRow, nowMs: EpochMs): readonly OutboxRow[] {
    const { directory, ids } = this.#parts;
    return fallBackRows(row, { ...directory(), ids }, nowMs);
  }

  /** In one change with who they are, or who is told in this row's place might never hear that it is over, or hear of that alone. */
  #handOn(row: OutboxRow, end: RowEnd, follow: readonly OutboxRow[]): Promise<boolean> {
    const heirs = follow.map(({ receiver, notification: { recipient } }) => ({
      receiver,
      ...(recipient === undefined ? {} : { recipient }),
    }));
    const each = new Map(heirs.map((heir) => [JSON.stringify(heir), heir]));
    return this.#parts.succession.handOn({
      fingerprints: fingerprintsOf(row, "firing"),
      heirs: [...each.values()],
      follow,
      settlement: { ...end, attempt: row.attempts + 1, atMs: this.#parts.clock.now() },
    });
  }

  #followed(follow: readonly OutboxRow[]): void {
    if (follow.length > 0) this.#parts.onFollow(follow);
  }
}
