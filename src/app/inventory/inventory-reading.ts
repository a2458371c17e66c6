import type { Clock } from "../../core/ports/clock.ts";
import type { Inventory, InventoryRead, InventorySource, InventoryState } from "../../core/ports/inventory.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { InventoryProcess } from "../../platform/processes/inventory-process.ts";
import { WakeLoop } from "../daemon/wake-loop.ts";
import { threadUrl } from "../thread-url.ts";

const limitMs = 60_000;
const everyMs = 86_400_000;
const retryMs = 3_600_000;

export type InventoryReadingParts = Readonly<{
  clock: Clock;
  log: Logger;
  onTold(inventory: Inventory): void;
  /** Absent: a process of its own on this machine. */
  source?: InventorySource;
}>;

/** Reads the inventory of this machine at the start and once a day, an hour later after a failure; a failure pages nobody. */
export class InventoryReading {
  readonly #parts: InventoryReadingParts;
  readonly #source: InventorySource;
  readonly #loop: WakeLoop;
  readonly #stopping = new AbortController();
  #nextAtMs: EpochMs = Number.NEGATIVE_INFINITY;
  #turn: Promise<void> = Promise.resolve();
  #state: InventoryState = {};

  constructor(parts: InventoryReadingParts) {
    this.#parts = parts;
    this.#source =
      parts.source ??
      new InventoryProcess({ entry: threadUrl(import.meta.url, "inventory-worker"), clock: parts.clock, limitMs });
    this.#loop = new WakeLoop(
      parts.clock,
      () => (this.#turn = this.#read()),
      () => this.#nextAtMs,
    );
  }

  /** What is known now. */
  get state(): InventoryState {
    return this.#state;
  }

  start(): void {
    this.#loop.start();
  }

  /** Calls a reading off that is under way, and reads no more. */
  async stop(): Promise<void> {
    this.#loop.stop();
    this.#stopping.abort();
    await this.#turn;
  }

  async #read(): Promise<void> {
    const read = await this.#source.read(this.#stopping.signal);
    this.#take(read, this.#parts.clock.now());
  }

  #take(read: InventoryRead, atMs: EpochMs): void {
    const { log, onTold } = this.#parts;
    this.#nextAtMs = atMs + (read.ok ? everyMs : retryMs);
    if (read.ok) {
      this.#state = { told: { atMs, inventory: read.inventory } };
      onTold(read.inventory);
      log.debug("inventory_read", { unanswered: read.inventory.unanswered });
    } else if (read.reason !== "stopped") {
      const { reason, detail } = read;
      this.#state = { ...this.#state, failed: { atMs, reason, detail } };
      log.warn("inventory_failed", { reason, "error.message": detail });
    }
  }
}
