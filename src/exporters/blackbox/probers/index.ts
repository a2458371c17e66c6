import { http } from "./http.ts";
import type { Prober } from "./prober.ts";

/** Every prober of `blackbox.yml` that Watchfire stands in for. */
export const probers: readonly Prober[] = [http];
