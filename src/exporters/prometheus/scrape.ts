import type { Clock } from "../../core/ports/clock.ts";
import type { Exposition } from "./exposition.ts";
import type { SelfMetrics } from "./self-metrics.ts";
import { contentTypes, negotiateFormat } from "./text-format.ts";

export type Scrape = Readonly<{ contentType: string; chunks: AsyncIterable<Buffer> }>;

export type ScrapeSources = Readonly<{
  exposition: Exposition;
  self: SelfMetrics;
  clock: Pick<Clock, "now">;
  yieldLoop(): Promise<void>;
}>;

/** Returns what answers a scrape by its `Accept` header: the series of the checks, then the daemon's own. */
export function createScrape(sources: ScrapeSources): (accept: string | undefined) => Scrape {
  return (accept) => {
    const format = negotiateFormat(accept);
    return { contentType: contentTypes[format], chunks: chunksOf(sources, format) };
  };
}

async function* chunksOf(
  { exposition, self, clock, yieldLoop }: ScrapeSources,
  format: keyof typeof contentTypes,
): AsyncGenerator<Buffer> {
  yield* exposition.render(format, clock.now(), yieldLoop);
  self.setExposition(exposition.seriesCount, exposition.dropped);
  const ending = format === "openmetrics" ? "# EOF\n" : "";
  yield Buffer.from((await self.render(format)) + ending);
}
