import type { Arrival, Inbox } from "../core/ports/inbox.ts";

const mostPerTarget = 1000;

/** Holds what arrived until the next run of its target takes it; a full queue forgets its oldest and counts it. */
export class ArrivalInbox implements Inbox {
  readonly #queues = new Map<string, Arrival[]>();
  #dropped = 0;

  put(targetId: string, arrival: Arrival): void {
    const queue = this.#queues.get(targetId) ?? [];
    queue.push(arrival);
    if (queue.length > mostPerTarget) {
      queue.shift();
      this.#dropped += 1;
    }
    this.#queues.set(targetId, queue);
  }

  take(targetId: string): readonly Arrival[] {
    const queue = this.#queues.get(targetId) ?? [];
    this.#queues.delete(targetId);
    return queue;
  }

  /** Number of arrivals that were forgotten since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }
}
