import type { Finding } from "../core/checks/finding.ts";
import type { Observation } from "../core/checks/result.ts";
import type { Json } from "../core/json.ts";

export const memoryLimitBytes = 4096;
export const evidenceLimitBytes = 16_384;
const detailLimitChars = 500;
const mostFindings = 100;

const encoder = new TextEncoder();

/** Cuts what a unit returned to what the daemon carries: details, evidence where it is kept, and memory; memory that is too large is a bug of the unit and becomes a finding. */
export function limitObservation(observation: Observation, keepsEvidence: boolean): Observation {
  const { memory, evidence, silentOn, samples } = observation;
  const isPlain = observation.findings.length === 0 && memory === undefined && silentOn === undefined;
  if (isPlain && (evidence === undefined || !keepsEvidence)) return { findings: [], samples };
  const findings = observation.findings.slice(0, mostFindings).map(limitDetail);
  // A list cut short must not turn a bad run into a good one.
  const lost = observation.findings.slice(mostFindings).find((finding) => finding.is !== "flaw");
  if (lost !== undefined) findings.push(limitDetail(lost));
  const sizeBytes = memory === undefined ? 0 : jsonBytes(memory);
  if (sizeBytes > memoryLimitBytes) findings.push(oversizedMemory(sizeBytes));
  return {
    findings,
    samples,
    ...(silentOn === undefined ? {} : { silentOn }),
    ...(memory === undefined || sizeBytes > memoryLimitBytes ? {} : { memory }),
    ...(evidence === undefined || !keepsEvidence ? {} : { evidence: limitEvidence(evidence) }),
  };
}

function limitDetail(finding: Finding): Finding {
  if (finding.detail.length <= detailLimitChars) return finding;
  // No half of a surrogate pair stays at the end.
  const cut = finding.detail.slice(0, detailLimitChars - 1).replace(/[\uD800-\uDBFF]$/, "");
  return { ...finding, detail: `${cut}…` };
}

function oversizedMemory(sizeBytes: number): Finding {
  const detail = `the probe wants to remember ${sizeBytes} bytes, and ${memoryLimitBytes} is the most; please report this bug`;
  return { is: "unknown", reason: "internal", detail };
}

/** Keeps the shape of evidence and shortens its texts until it fits. */
function limitEvidence(evidence: Json): Json {
  let limited = evidence;
  for (const mostChars of [4096, 1024, 256, 64]) {
    if (isCarried(limited)) return limited;
    limited = shortenTexts(limited, mostChars);
  }
  return isCarried(limited) ? limited : { omitted: "the evidence is larger than 16 KiB" };
}

function isCarried(evidence: Json): boolean {
  return jsonBytes(evidence) <= evidenceLimitBytes;
}

function shortenTexts(value: Json, mostChars: number): Json {
  if (typeof value === "string") {
    return value.length > mostChars ? `${value.slice(0, mostChars).replace(/[\uD800-\uDBFF]$/, "")}…` : value;
  }
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((item) => shortenTexts(item, mostChars));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shortenTexts(item, mostChars)]));
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function jsonBytes(value: Json): number {
  const text = JSON.stringify(value);
  return encoder.encode(text).length;
}
