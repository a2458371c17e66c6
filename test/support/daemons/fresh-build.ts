import { buildWhenStale } from "../../../scripts/fresh-build.ts";
import { buildThreads } from "./built-thread.ts";

/** Before all tests: those with a daemon or a thread run built code, not what Node makes of the sources. */
export async function setup(): Promise<void> {
  buildWhenStale();
  await buildThreads();
}
