import { z } from "zod";
import { durationSchema } from "../../core/time/duration.ts";

/** The section `blackbox`: the door for scrape configs that were written for blackbox_exporter; absent, there is none. */
export const blackboxSchema = z.strictObject({
  modules_file: z
    .string()
    .min(1)
    .describe("Modules as blackbox_exporter reads them (`blackbox.yml`); a relative path starts at the config."),
  timeout_offset: durationSchema({ minMs: 0, maxMs: 60_000 })
    .default(500)
    .describe("Taken off the scrape's timeout, so that the answer comes in time (default 500ms)."),
  failure_info: z
    .boolean()
    .default(false)
    .describe("`true`: a failed probe says why in `probe_failure_info{phase,reason}`, which peers lack."),
  history_limit: z.int().min(1).max(10_000).default(100).describe("Probes kept for `/logs` and the list of probes."),
});

export type BlackboxSection = z.output<typeof blackboxSchema>;
