import { buildWhenStale } from "../../scripts/fresh-build.ts";

/** Before all tests: those with a daemon run what is shipped, not what Node makes of the sources. */
export function setup(): void {
  buildWhenStale();
}
