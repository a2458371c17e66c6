import { z } from "zod";
import { sizeSchema } from "../core/size.ts";
import { durationSchema } from "../core/time/duration.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const mebibyte = 1024 * 1024;

/** A time that something is kept: at least an hour. */
function keepSchema(text: string, meaning: string) {
  return durationSchema({ minMs: hourMs, maxMs: 3650 * dayMs })
    .prefault(text)
    .describe(meaning);
}

/** The `storage` section of the config; becomes a path and the bounds of the embedded store. */
export const storageSchema = z
  .strictObject({
    kind: z.literal("sqlite").default("sqlite").describe("Which engine keeps results, states and the outbox."),
    path: z
      .string()
      .min(1)
      .default("data/watchfire.db")
      .describe("Database file; its directory is made with mode 0700 and must be on a local disk."),
    max_size: sizeSchema({ minBytes: 16 * mebibyte })
      .prefault("20GiB")
      .describe(
        "The database never grows above this; nearing it, the oldest results go before their time, then the oldest series.",
      ),
    evidence_max_size: sizeSchema({ minBytes: mebibyte })
      .prefault("64MiB")
      .describe(
        "Room for evidence of failed runs (of each streak the first, the last and some between); the oldest goes first.",
      ),
    max_series: z
      .int()
      .min(1)
      .max(10_000_000)
      .default(100_000)
      .describe("Most series with history; points of further ones are dropped and counted."),
    keep_results: keepSchema("48h", "How long each single result is kept."),
    keep_five_minutes: keepSchema("35d", "How long roll-ups of results over 5 minutes are kept."),
    keep_hours: keepSchema("400d", "How long roll-ups of results over an hour are kept."),
    keep_series: keepSchema("35d", "How long the 1-minute history of metrics is kept."),
    keep_history: keepSchema(
      "400d",
      "How long missed runs, past alerts, decisions, deliveries, resolved incidents and the audit log are kept.",
    ),
  })
  .transform((section) => ({
    kind: section.kind,
    path: section.path,
    bounds: {
      maxSizeBytes: section.max_size,
      evidenceSizeBytes: section.evidence_max_size,
      maxSeries: section.max_series,
      keepResultsMs: section.keep_results,
      keepFiveMinutesMs: section.keep_five_minutes,
      keepHoursMs: section.keep_hours,
      keepSeriesMs: section.keep_series,
      keepHistoryMs: section.keep_history,
    },
  }));

/** The parsed `storage` section. */
export type StorageSettings = z.output<typeof storageSchema>;
