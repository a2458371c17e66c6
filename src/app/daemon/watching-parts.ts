import type { Result } from "../../core/checks/result.ts";
import { createResolver } from "../../platform/dns/resolver.ts";
import { createDialer } from "../../platform/net/dialer.ts";
import type { BufferedStore } from "../../storage/buffered-store.ts";
import { InventoryReading } from "../inventory/inventory-reading.ts";
import type { BaseParts } from "./base-parts.ts";
import { CalendarWatch } from "./calendar-watch.ts";
import { LoopWatch } from "./loop-watch.ts";
import type { Progress } from "./progress.ts";
import { SelfWatch } from "./self-watch.ts";
import type { Trouble } from "./trouble.ts";
import { Upkeep } from "./upkeep.ts";
import { UplinkGate } from "./uplink-gate.ts";

type Watched = Readonly<{
  store: BufferedStore;
  trouble: Trouble;
  progress: Progress;
  /** Takes results that were held back. */
  take(results: readonly Result[]): void;
}>;

/** Makes what watches the daemon and its machine themselves. */
export function makeWatchingParts(base: BaseParts, { store, trouble, progress, take }: Watched) {
  const { clock, log, metrics } = base;
  return {
    upkeep: new Upkeep({ clock, log, store, metrics, progress }),
    calendarWatch: new CalendarWatch(clock, trouble),
    selfWatch: new SelfWatch(trouble),
    loopWatch: new LoopWatch(clock, metrics),
    inventory: new InventoryReading({ clock, log, onTold: (told) => metrics.inventory.set(told) }),
    uplinkGate: new UplinkGate({
      clock,
      trouble,
      dialer: createDialer(clock),
      resolver: createResolver({ clock }),
      take,
    }),
  };
}
