import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";
import { dropReasons, type Exposed } from "./read-exposition.ts";

const own = {
  status: gauge("probe_http_status_code", "Response HTTP status code"),
  bytes: gauge("probe_scrape_body_bytes", "Size of the scraped text, unpacked."),
  read: gauge("probe_scrape_samples", "Samples that the scraped text holds.", true),
  taken: gauge("probe_scrape_samples_taken", "Samples that were taken from it."),
  dropped: gauge("probe_scrape_samples_dropped", "Wanted samples that could not be taken, by reason.", false, [
    "reason",
  ]),
} as const;

/** What every scrape says about the answer. */
export const answerMetrics: readonly Metric[] = Object.values(own);

/** What a scrape says about itself; of certificates where there are some. */
export const scrapeMetrics: readonly Metric[] = [...answerMetrics, ...tlsMetrics];

/** Samples of an answer, read or not. */
export function scrapeSamples(status: number, bytes: number, exposed: Exposed | undefined): readonly Sample[] {
  return [
    sample(own.status.name, status),
    sample(own.bytes.name, bytes),
    ...(exposed === undefined ? [] : readSamples(exposed)),
  ];
}

function readSamples({ read, samples, dropped }: Exposed): readonly Sample[] {
  return [
    sample(own.read.name, read),
    sample(own.taken.name, samples.length),
    ...dropReasons.map((reason) => sample(own.dropped.name, dropped[reason], { reason })),
  ];
}
