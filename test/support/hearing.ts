import type { OutboxRow } from "../../src/core/outbox.ts";
import type { Change } from "../../src/core/store.ts";
import { receivers } from "./story.ts";

/** What a group says is numbered within the group; all else is said by steps and people. */
function isOfGroup({ dedupKey }: OutboxRow): boolean {
  return /\/\d+@\d+\/[^/]+\/\d+$/.test(dedupKey);
}

/** Reads along what groups tell: which alerts each receiver believes to be firing, and every end of what it never heard to begin. */
export class Hearing {
  readonly faults: string[] = [];
  readonly #heardOf = new Set<string>();
  readonly #believed = new Map<string, Set<string>>();

  read({ outbox }: Change): void {
    for (const row of outbox) if (isOfGroup(row)) this.#hear(row);
  }

  /** What is still believed to fire, by receiver. */
  get believed(): readonly string[] {
    return [...this.#believed].flatMap(([hearer, alerts]) => [...alerts].map((alert) => `${hearer}: ${alert}`));
  }

  #hear({ receiver, integration, notification, dedupKey }: OutboxRow): void {
    if (receivers[receiver]?.integrations[integration]?.sendResolved !== true) return;
    const hearer = `${receiver} ${integration}`;
    const believed = this.#believed.get(hearer) ?? new Set<string>();
    this.#believed.set(hearer, believed);
    for (const { fingerprint, status } of notification.alerts) {
      if (status === "firing") {
        believed.add(fingerprint);
        this.#heardOf.add(`${hearer} ${fingerprint}`);
        continue;
      }
      believed.delete(fingerprint);
      if (!this.#heardOf.has(`${hearer} ${fingerprint}`))
        this.faults.push(`${hearer} hears an end unheard-of: ${dedupKey}`);
    }
  }
}
