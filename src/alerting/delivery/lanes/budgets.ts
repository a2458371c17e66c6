import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { isUrgentRow, type OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Spend, Spending } from "../../../core/alerting/spending.ts";
import type { Said } from "../../../core/message/said.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { wallTimeOf } from "../../../core/time/wall-time.ts";
import { rejected } from "../../notifiers/outcome.ts";
import type { Integration } from "../config/receivers.ts";
import type { Directory } from "../directory.ts";
import type { Rejected } from "../outcome/row-ends.ts";
import { type BudgetState, budgetStates, gravestState, isRefused, wordsOfState } from "./budget-state.ts";

/** A budget of a notifier of a receiver. */
export type BudgetedChannel = Readonly<{ receiver: string; kind: string; endpoint: string }>;

/** What a budget stands at, for metrics and people. */
export type BudgetView = BudgetedChannel & BudgetState;

type Channel = BudgetedChannel & Readonly<{ integration: Integration }>;

type Hooks = Readonly<{
  /** A budget is nearly or wholly used up; undefined when it is not any more. */
  onBudget(channel: BudgetedChannel, said: Said | undefined): void;
}>;

/** Counts the messages of channels that have a budget, by day of the configured zone, and says when one is used up. */
export class Budgets {
  readonly #hooks: Hooks;
  /** By endpoint and day. */
  readonly #counts = new Map<string, Map<string, number>>();
  /** What was told of a channel, by its key. */
  readonly #told = new Map<string, Readonly<{ channel: BudgetedChannel; words: string }>>();
  #channels: readonly Channel[] = [];
  #timeZone = "UTC";
  #isRestored = false;

  constructor(hooks: Hooks) {
    this.#hooks = hooks;
  }

  /** Uses the budgets of another config. */
  use({ receivers, timeZone }: Pick<Directory, "receivers" | "timeZone">): void {
    this.#timeZone = timeZone;
    this.#channels = [...receivers.values()].flatMap(({ name, integrations }) =>
      integrations
        .filter(({ budget }) => budget !== undefined)
        .map((integration) => ({
          receiver: name,
          kind: integration.kind,
          endpoint: integration.endpoint,
          integration,
        })),
    );
  }

  /**
   * Takes up what was counted before the start, when that can be read, and tells each budget that has become scarce, once, and that it
   * has not any more, as on the next day.
   */
  async look(read: (fromDay: string) => Promise<readonly Spending[] | undefined>, nowMs: EpochMs): Promise<void> {
    if (!this.#isRestored) {
      const spendings = await read(this.#firstDay(nowMs));
      if (spendings !== undefined) this.#restore(spendings);
    }
    this.#tell(nowMs);
  }

  /** Why a message is not sent by this integration now; undefined when its budget allows it, or it has none. */
  refusal(row: OutboxRow, integration: Integration, nowMs: EpochMs): Rejected | undefined {
    if (integration.budget === undefined) return undefined;
    const state = this.#statesOf(integration, nowMs).find((each) => isRefused(each, isUrgentRow(row)));
    return state === undefined ? undefined : rejected("recipient", "budget", wordsOfState(state).en);
  }

  /** Counts an attempt that an endpoint of the integration may have taken, and says where it is to be stored; undefined where it counts for nothing. */
  spend(
    { budget }: Integration,
    { endpoint, outcome }: Readonly<{ endpoint: string; outcome: DeliveryOutcome }>,
    nowMs: EpochMs,
  ): Spend | undefined {
    const isTaken = outcome.kind === "delivered" || (outcome.kind === "retryable" && outcome.maybeDelivered);
    if (budget === undefined || !isTaken) return undefined;
    return this.#count(endpoint, nowMs);
  }

  #count(endpoint: string, nowMs: EpochMs): Spend {
    const day = this.#day(nowMs);
    const counts = this.#countsOf(endpoint);
    counts.set(day, (counts.get(day) ?? 0) + 1);
    const firstDay = this.#firstDay(nowMs);
    for (const known of counts.keys()) if (known < firstDay) counts.delete(known);
    return { endpoint, day };
  }

  /** Counts an attempt of which only the beginning may be known, because its process died: nobody can say that it cost nothing. */
  spendAbandoned(integration: Integration | undefined, row: OutboxRow, nowMs: EpochMs): Spend | undefined {
    if (integration?.budget === undefined || row.isAbandoned !== true) return undefined;
    const { members } = integration;
    const member = members.find(({ endpoint }) => endpoint === row.endpoint) ?? members[0];
    return this.#count(member?.endpoint ?? row.endpoint, nowMs);
  }

  /** What every budget stands at. */
  views(nowMs: EpochMs): readonly BudgetView[] {
    return this.#channels.flatMap(({ integration, ...channel }) =>
      this.#statesOf(integration, nowMs).map((state) => ({ ...channel, ...state })),
    );
  }

  /** What was counted since the start is in what was read: the store writes what waits before it answers. */
  #restore(spendings: readonly Spending[]): void {
    this.#counts.clear();
    for (const { endpoint, day, count } of spendings) this.#countsOf(endpoint).set(day, count);
    this.#isRestored = true;
  }

  #tell(nowMs: EpochMs): void {
    const current = new Set<string>();
    for (const { integration, ...channel } of this.#channels) {
      const state = gravestState(this.#statesOf(integration, nowMs));
      if (state === undefined) continue;
      const key = JSON.stringify(channel);
      const said = wordsOfState(state);
      const words = said.en;
      current.add(key);
      if (this.#told.get(key)?.words === words) continue;
      this.#told.set(key, { channel, words });
      this.#hooks.onBudget(channel, said);
    }
    for (const [key, { channel }] of this.#told) {
      if (current.has(key)) continue;
      this.#told.delete(key);
      this.#hooks.onBudget(channel, undefined);
    }
  }

  #statesOf({ budget, members }: Integration, nowMs: EpochMs): readonly BudgetState[] {
    if (budget === undefined) return [];
    const day = this.#day(nowMs);
    const counts = members.flatMap(({ endpoint }) => [...(this.#counts.get(endpoint) ?? [])]);
    const usedIn = (period: string): number =>
      counts.reduce((sum, [each, count]) => sum + (each.startsWith(period) ? count : 0), 0);
    return budgetStates(budget, { day: usedIn(day), month: usedIn(day.slice(0, 7)) });
  }

  #countsOf(endpoint: string): Map<string, number> {
    const known = this.#counts.get(endpoint) ?? new Map<string, number>();
    this.#counts.set(endpoint, known);
    return known;
  }

  #firstDay(nowMs: EpochMs): string {
    return `${this.#day(nowMs).slice(0, 8)}01`;
  }

  #day(nowMs: EpochMs): string {
    return new Date(wallTimeOf(nowMs, this.#timeZone)).toISOString().slice(0, 10);
  }
}
