import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import { phaseLabels } from "../../core/checks/phases.ts";
import { edgeMetrics } from "../../core/edges/edge-metrics.ts";
import { headerOf } from "../../core/http/header-of.ts";
import { httpDateMs } from "../../core/http/http-date.ts";
import { remoteMetrics, remoteSamples } from "../../core/net/remote-samples.ts";
import type { HttpExchange } from "../../core/ports/http-probing.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { remembered } from "../../core/remembered.ts";
import { type Stopwatch, secondsOf } from "../../core/time/stopwatch.ts";
import { cipherMetric, cipherSample, tlsMetrics, tlsSamples } from "../../core/tls/tls-samples.ts";

/** Names, labels and HELP of blackbox_exporter's http prober. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/http.go */
export const httpMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_http_duration_seconds", "Duration of http request by phase, summed over all redirects", true, ["phase"]),
  gauge("probe_http_content_length", "Length of http content response"),
  gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body", true),
  gauge("probe_http_redirects", "The number of redirects"),
  gauge("probe_http_ssl", "Indicates if SSL was used for the final redirect"),
  gauge("probe_http_status_code", "Response HTTP status code"),
  gauge("probe_http_version", "Returns the version of HTTP of the probe response"),
  gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
  gauge("probe_failed_due_to_cel", "Indicates if probe failed due to CEL expression not matching"),
  gauge("probe_http_last_modified_timestamp_seconds", "Returns the Last-Modified HTTP response header in unixtime"),
  gauge("probe_http_step_duration_seconds", "Duration of a step by phase, summed over all redirects", true, [
    "step",
    "phase",
  ]),
  gauge("probe_http_step_success", "Whether a step of the journey went well; absent when it was not reached", true, [
    "step",
  ]),
  ...tlsMetrics,
  cipherMetric,
  ...edgeMetrics,
];

const modifiedMs = remembered(httpDateMs, 1000);

const resolved = ["resolve"] as const;
const phases = [...resolved, "connect", "tls", "processing", "transfer"] as const;

/** What a run has to show for its samples. */
export type Observed = Readonly<{
  last: HttpExchange;
  /** First address that the last name led to; the one that was dialled first. */
  firstAddress: string | undefined;
  isTls: boolean;
  redirects: number;
  regexFailed: boolean;
  /** Undefined where no expression is judged. */
  celFailed: boolean | undefined;
}>;

/** Samples of a run; certificate series are absent where no certificate was seen, and there also when it was refused. */
export function httpSamples(
  { last, firstAddress, isTls, redirects, regexFailed, celFailed }: Observed,
  watch: Stopwatch,
): readonly Sample[] {
  const { response, tls, remote } = last;
  const lastModified = headerOf(response?.headers ?? [], "last-modified");
  const lastModifiedMs = lastModified === undefined ? undefined : modifiedMs(lastModified);
  // Without an address nothing was begun.
  const samples = (firstAddress === undefined ? resolved : phases).map((phase) =>
    sample("probe_http_duration_seconds", secondsOf(watch.sumMs(phase)), phaseLabels[phase]),
  );
  samples.push(
    ...remoteSamples(remote ?? tried(firstAddress), watch.sumMs("resolve")),
    sample("probe_http_content_length", response === undefined ? 0 : contentLength(last)),
    sample("probe_http_uncompressed_body_length", response?.body.length ?? 0),
    sample("probe_http_redirects", redirects),
    sample("probe_http_ssl", isTls && response !== undefined ? 1 : 0),
    sample("probe_http_status_code", response?.status ?? 0),
    sample("probe_http_version", Number(response?.version ?? 0)),
    sample("probe_failed_due_to_regex", regexFailed ? 1 : 0),
  );
  if (celFailed !== undefined) samples.push(sample("probe_failed_due_to_cel", celFailed ? 1 : 0));
  if (lastModifiedMs !== undefined)
    samples.push(sample("probe_http_last_modified_timestamp_seconds", lastModifiedMs / 1000));
  if (tls !== undefined) samples.push(...tlsSamples(tls), cipherSample(tls));
  return samples;
}

/** A refusal comes from somewhere, too. */
function tried(address: string | undefined): ResolvedAddress | undefined {
  return address === undefined ? undefined : { address, family: address.includes(":") ? 6 : 4 };
}

const firstLength = /^\s*(\d+)\s*(?:,|$)/;

/** −1 when the server did not say, and 0 where there never is a body, as Go has it. */
function contentLength({ response }: HttpExchange): number {
  if (response?.status === 204 || response?.status === 304) return 0;
  // Said twice, it is the same: others are no answer.
  const said = firstLength.exec(headerOf(response?.headers ?? [], "content-length") ?? "");
  return said === null ? -1 : Number(said[1]);
}
