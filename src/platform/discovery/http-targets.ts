import { readTargetGroups, targetListLimits } from "../../config/discovery/target-groups.ts";
import type { HttpTargetsFrom } from "../../config/discovery/targets-from-schema.ts";
import { displayOf } from "../../core/http/address.ts";
import { visit } from "../../core/http/visit.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { HttpProbing, HttpResponse } from "../../core/ports/http-probing.ts";
import type { Resolver } from "../../core/ports/resolver.ts";
import type { SourcePart, TargetSource } from "../../core/ports/target-source.ts";

const mostRedirects = 5;
/** How often Prometheus asks, in its own header; servers may wait for a change so long. */
const refreshHeader = "x-prometheus-refresh-interval-seconds";

export type HttpTargetsPorts = Readonly<{ clock: Clock; resolver: Resolver; http: HttpProbing }>;

/** A list of targets that an address answers with. @see https://prometheus.io/docs/prometheus/latest/http_sd/ */
export class HttpTargets implements TargetSource {
  readonly #options: HttpTargetsFrom;
  readonly #ports: HttpTargetsPorts;
  readonly #url: URL;

  constructor(options: HttpTargetsFrom, ports: HttpTargetsPorts) {
    this.#options = options;
    this.#ports = ports;
    this.#url = new URL(options.url);
  }

  async read(signal: AbortSignal): Promise<readonly SourcePart[]> {
    const name = displayOf(this.#url);
    const deadline = new AbortController();
    const cancel = this.#ports.clock.setTimer(this.#options.timeout, () => deadline.abort());
    try {
      const either = AbortSignal.any([signal, deadline.signal]);
      const { finding, last } = await visit(
        { url: this.#url, method: "GET", ownHeaders: true },
        {
          options: this.#options,
          further: [
            ["accept", "application/json"],
            ["accept-encoding", "gzip"],
            [refreshHeader, String(this.#options.refresh / 1000)],
          ],
          bodyLimitBytes: targetListLimits.jsonBytes,
          followRedirects: true,
          maxRedirects: mostRedirects,
        },
        { io: this.#ports, signal: either, phase: () => {}, note: () => {} },
      );
      if (deadline.signal.aborted) return [{ name, problem: "it did not answer in time" }];
      if (finding !== undefined) return [{ name, problem: finding.detail }];
      return [{ name, ...groupsOf(last.response) }];
    } finally {
      cancel();
    }
  }

  /** Nobody tells that it changed. */
  watch(): () => void {
    return () => {};
  }
}

function groupsOf(response: HttpResponse | undefined): ReturnType<typeof readTargetGroups> {
  if (response === undefined) return { problem: "it gave no answer" };
  if (response.status !== 200) return { problem: `it answered ${response.status}, expected 200` };
  if (response.cut) return { problem: `the list is longer than ${targetListLimits.jsonBytes} bytes` };
  return readTargetGroups(new TextDecoder().decode(response.body), ".json");
}
