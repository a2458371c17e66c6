import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Change, Store } from "../../core/store.ts";
import type { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import { AlertStory } from "./alert-story.ts";

export type CommitParts = Readonly<{
  clock: Clock;
  log: Logger;
  store: Pick<Store, "commit">;
  metrics: SelfMetrics;
  /** In shadow mode every message is marked, so that no later start sends it. */
  isShadow: boolean;
  /** Messages were committed: the senders may look. */
  onMessages(rows: readonly OutboxRow[]): void;
  /** Alerting's state changed in a way that moves its next moment. */
  onChange(): void;
}>;

/** Writes changes in their order and wakes the senders when one held messages. */
export class Commits {
  readonly #parts: CommitParts;
  readonly #story: AlertStory;

  constructor(parts: CommitParts) {
    this.#parts = parts;
    this.#story = new AlertStory(parts.log);
  }

  /** Commits a change; what the store cannot take now waits in its buffer, so this never fails for a failing store. */
  readonly add = (change: Change): void => {
    if (isEmpty(change)) return;
    this.#story.tell(change);
    this.#parts.onChange();
    void this.#commit(change);
  };

  /** Commits a change and waits until it is stored; while the store fails, it waits in its buffer and this ends at once. */
  async durably(change: Change): Promise<void> {
    if (isEmpty(change)) return;
    this.#story.tell(change);
    this.#parts.onChange();
    await this.#commit(change);
  }

  async #commit(change: Change): Promise<void> {
    const { clock, store, metrics, onMessages, isShadow } = this.#parts;
    const startedMs = clock.monotonicMs();
    await store.commit(isShadow ? { ...change, outbox: change.outbox.map((row) => ({ ...row, isShadow })) } : change);
    const isTransition = change.outbox.length > 0 || change.alerts.length > 0;
    if (isTransition) metrics.observeCommit((clock.monotonicMs() - startedMs) / 1000);
    if (change.outbox.length > 0) onMessages(change.outbox);
  }
}

function isEmpty(change: Change): boolean {
  return Object.values(change).every((part) => Array.isArray(part) && part.length === 0);
}
