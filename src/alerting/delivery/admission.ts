import { destinationOf, type OutboxRow } from "../../core/alerting/outbox.ts";
import type { Clock } from "../../core/ports/clock.ts";
import { rejected } from "../notifiers/outcome.ts";
import type { Integration } from "./config/receivers.ts";
import type { Directory } from "./directory.ts";
import type { Budgets } from "./lanes/budgets.ts";
import { afterHalfHour } from "./lanes/half-hour.ts";
import { type Held, holdRow } from "./lanes/held.ts";
import type { Lanes } from "./lanes/lanes.ts";
import type { Queue } from "./lanes/queue.ts";
import type { Fates } from "./outcome/fates.ts";
import { expired, type Rejected, type RowEnds } from "./outcome/row-ends.ts";
import type { Settler } from "./outcome/settler.ts";

const removed = rejected("endpoint", "removed", "the receiver has left the configuration");

type Parts = Readonly<{
  settler: Settler;
  ends: RowEnds;
  fates: Fates;
  budgets: Budgets;
  lanes: Lanes;
  queue: Queue;
  clock: Clock;
  directory(): Directory;
}>;

/** Decides what becomes of leased rows: what may be attempted goes to the queue, all else ends, is asked after, or is put back. */
export class Admission {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Takes rows in, in their order; true when some of them are to be leased again at once. */
  async take(rows: readonly OutboxRow[], leasedAtMs: number): Promise<boolean> {
    const ended = new Set<string>();
    for (const row of rows) {
      const destination = destinationOf(row);
      // What came before it has just ended otherwise than by an attempt, or is still to be told: what was heard is known at a later lease.
      const isEarly = row.unheard !== undefined && this.#parts.queue.isBusy(destination);
      if (ended.has(destination) || isEarly) await this.#parts.settler.release({ row, leasedAtMs }, row.notBeforeMs);
      else if (!(await this.#admit(row, rows, leasedAtMs))) ended.add(destination);
    }
    return ended.size > 0;
  }

  /** Ends what waits in vain; what waits behind it may be about what was never heard, which the store says at the next lease. */
  async endWaiting(): Promise<void> {
    const { ends, queue } = this.#parts;
    const past = queue.take(({ row, integration }) => ends.isPast(row, integration));
    const lost = queue.take(({ row, integration }) => this.#lost(row, integration) !== undefined);
    for (const { row, leasedAtMs } of past) await ends.dropPast(row, leasedAtMs);
    for (const held of lost) await ends.bury(held, this.#lost(held.row, held.integration) ?? expired);
    const ended = new Set([...past, ...lost].map(({ destination }) => destination));
    if (ended.size > 0) await this.releaseAll(queue.take(({ destination }) => ended.has(destination)));
  }

  /** Gives rows back as if they had not been leased. */
  async releaseAll(held: readonly Held[], retryAtMs: number = this.#parts.clock.now()): Promise<void> {
    const { settler } = this.#parts;
    await Promise.all(held.map((each) => settler.release(each, Math.min(retryAtMs, each.row.giveUpAtMs))));
  }

  /** Takes a leased row in; false when it has ended, or is to be leased anew. */
  async #admit(leased: OutboxRow, together: readonly OutboxRow[], leasedAtMs: number): Promise<boolean> {
    const { settler, ends, fates, budgets, queue, clock } = this.#parts;
    const integration = this.#integrationOf(leased);
    const row = await ends.admitted(leased, integration, leasedAtMs);
    if (row === undefined) return false;
    if (row.accepted !== undefined) {
      await fates.ask({ row, integration, leasedAtMs });
      return true;
    }
    const spend = budgets.spendAbandoned(integration, row, clock.now());
    if (spend !== undefined) {
      // Counted before it is tried again, or a daemon that dies again and again would never count.
      await settler.release({ row, leasedAtMs }, row.notBeforeMs, spend);
      return false;
    }
    const outcome = this.#hopeless(row, integration);
    if (outcome !== undefined || integration === undefined) {
      await ends.bury({ row, integration, leasedAtMs }, outcome ?? removed);
      return false;
    }
    const held = holdRow(row, integration, leasedAtMs);
    const nowMs = clock.now();
    const atMs = integration.avoidsHalfHours ? afterHalfHour(row, together, nowMs) : nowMs;
    if (atMs > nowMs) await this.releaseAll([held], atMs);
    else queue.add(held);
    return true;
  }

  /** Why no attempt is made any more; undefined when one is. */
  #hopeless(row: OutboxRow, integration: Integration | undefined): Rejected | undefined {
    const { ends, lanes, clock } = this.#parts;
    if (integration === undefined) return removed;
    const lost = this.#lost(row, integration);
    if (lost !== undefined) return lost;
    const nowMs = clock.monotonicMs();
    const isClosed = lanes.isRefusing(integration, nowMs) && lanes.pauseMs(integration, nowMs) > 0;
    if (!isClosed || !ends.hasFallBack(row)) return undefined;
    return rejected("endpoint", "endpoint_gone", "the endpoint refuses all messages now; this one was not tried");
  }

  /** Why an attempt is not begun any more, whatever the endpoint does. */
  #lost(row: OutboxRow, integration: Integration): Rejected | undefined {
    const { budgets, clock } = this.#parts;
    const nowMs = clock.now();
    return nowMs >= row.giveUpAtMs ? expired : budgets.refusal(row, integration, nowMs);
  }

  /** The integration that the row was made for: the one with its endpoint, else the one that stands in its place now. */
  #integrationOf(row: OutboxRow): Integration | undefined {
    const integrations = this.#parts.directory().receivers.get(row.receiver)?.integrations ?? [];
    const isIts = ({ members }: Integration): boolean => members.some(({ endpoint }) => endpoint === row.endpoint);
    return integrations.find(isIts) ?? integrations[row.integration];
  }
}
