import { type Load, pace, saturate, withCpu } from "./support/load.ts";
import type { ProbeCase } from "./support/probe-cases.ts";
import { probeRaw } from "./support/raw-sockets.ts";
import { serveOrders } from "./support/worker-process.ts";

/** How a contender is loaded: as fast as it goes with 16 under way, or 333 a second. */
export type LoadOrder = Readonly<{ probeCase: ProbeCase; mode: "saturated" | "schedule"; durationMs: number }>;

export const inFlight = 16;
/** 10 000 checks at 30 s. */
export const perSecond = 333;

// Child of the probe bench: bare sockets.
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  serveOrders<LoadOrder, Load>(({ probeCase, mode, durationMs }) => {
    const probe = (index: number): Promise<boolean> => probeRaw(probeCase, index);
    if (mode === "saturated") return withCpu(() => saturate(probe, inFlight, durationMs));
    return withCpu(() => pace(probe, { perSecond, wakeMs: 25, durationMs }));
  });
}
