import type { LoadOrder } from "../raw-load.ts";
import type { Load } from "./load.ts";
import { WorkerProcess } from "./worker-process.ts";

/** Somebody who probes on order, and whose CPU is known. */
export type Contender = Readonly<{
  name: string;
  /** What it can be asked; everything when absent. */
  does?(probeCase: LoadOrder["probeCase"], mode: LoadOrder["mode"]): boolean;
  load(order: LoadOrder): Promise<Load>;
  stop(): Promise<void>;
}>;

/** A contender in a child process of this Node; `flags` are Node's. */
export function childContender(name: string, module: URL, flags: readonly string[] = []): Contender {
  const child = new WorkerProcess<LoadOrder, Load>(module, flags);
  return { name, load: (order) => child.ask(order), stop: () => child.stop() };
}
