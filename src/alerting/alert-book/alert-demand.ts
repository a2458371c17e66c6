import { fingerprint, type Labels } from "../../core/labels.ts";
import type { Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time.ts";

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

/** Makes a demand; its severity is a label, so another severity is another alert. */
export function makeDemand(
  parts: Readonly<{ alertname: string; severity: Severity; labels: LabelParts }>,
  annotations: LabelParts,
  because: string,
  value?: number,
): AlertDemand {
  const labels = present({ ...parts.labels, alertname: parts.alertname, severity: parts.severity });
  return {
    fingerprint: fingerprint(labels),
    labels,
    annotations: present(annotations),
    because,
    ...(value === undefined ? {} : { value }),
  };
}

function present(parts: LabelParts): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, text] of Object.entries(parts)) if (text !== undefined && text !== "") kept[name] = text;
  return kept;
}
