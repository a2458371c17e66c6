import type { ChainLink } from "../../core/alerting/alert.ts";

/** The way from a cause on, for trails and timelines. */
export function wayOf(chain: readonly ChainLink[]): string {
  return chain
    .map(({ annotations, labels, fingerprint }) => `"${annotations["summary"] ?? labels["alertname"] ?? fingerprint}"`)
    .join(" → ");
}
