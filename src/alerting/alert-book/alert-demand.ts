import { fingerprint, type Labels } from "../../core/labels.ts";
import type { Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** What a source (a check on a target, a rule's series, the daemon itself) wants to be firing now. */
export type AlertDemand = Readonly<{
  fingerprint: string;
  labels: Labels;
  annotations: Readonly<Record<string, string>>;
  value?: number;
  /** When what it is about began, before that was confirmed. */
  beganAtMs?: EpochMs;
  /** Nothing was measured: it explains nothing. */
  unmeasured?: true;
  /** Why it fires, for the trail of decisions. */
  because: string;
}>;

/** Parts of a demand's labels; empty and undefined ones are left out. */
export type LabelParts = Readonly<Record<string, string | undefined>>;

/** Who an alert is: its labels and their fingerprint. */
export type AlertIdentity = Readonly<{ fingerprint: string; labels: Labels }>;

/** Makes the identity of an alert; its severity is a label, so another severity is another alert. */
export function alertIdentity(
  parts: Readonly<{ alertname: string; severity: Severity; labels: LabelParts }>,
): AlertIdentity {
  const labels = present({ ...parts.labels, alertname: parts.alertname, severity: parts.severity });
  return { fingerprint: fingerprint(labels), labels };
}

/** Makes a demand. */
export function makeDemand(
  parts: Parameters<typeof alertIdentity>[0],
  annotations: LabelParts,
  because: string,
  value?: number,
): AlertDemand {
  return {
    ...alertIdentity(parts),
    annotations: present(annotations),
    because,
    ...(value === undefined ? {} : { value }),
  };
}

/** Parts without those that are empty or undefined. */
export function present(parts: LabelParts): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(parts)) {
    const text = parts[name];
    if (text !== undefined && text !== "") kept[name] = text;
  }
  return kept;
}
