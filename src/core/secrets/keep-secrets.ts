import type { Finding } from "../checks/finding.ts";
import type { Observation } from "../checks/result.ts";
import { basic } from "../http/request-headers.ts";
import { isSecretHeader } from "../http/secret-header.ts";
import type { Json } from "../json.ts";
import { Redaction } from "./redaction.ts";
import { Secret, secretsIn } from "./secret.ts";

/** Takes secrets out of what a run tells. */
export type Hiding = Readonly<{ inObservation(observation: Observation): Observation; inLine(line: string): string }>;

/**
 * Takes the secrets of a probe's options out of what it says: a target may repeat what it was sent, evidence is shown to people, and
 * messages quote it. `others` are secret besides what the options themselves say is. Undefined where there are none.
 */
export function hidingSecretsOf(options: unknown, others: readonly string[] = []): Hiding | undefined {
  const secrets = [...secretsIn(options), ...secretHeadersIn(options), ...loginIn(options), ...others];
  if (secrets.length === 0) return undefined;
  const redaction = new Redaction();
  for (const secret of secrets) redaction.add(secret);
  return {
    inObservation: (observation) => withoutSecrets(observation, redaction.applyToCut),
    inLine: redaction.applyToCut,
  };
}

function withoutSecrets(observation: Observation, hide: (text: string) => string): Observation {
  const { findings, evidence } = observation;
  if (findings.length === 0 && evidence === undefined) return observation;
  return {
    ...observation,
    findings: findings.map((finding): Finding => ({ ...finding, detail: hide(finding.detail) })),
    ...(evidence === undefined ? {} : { evidence: hideIn(evidence, hide) }),
  };
}

function hideIn(value: Json, hide: (text: string) => string): Json {
  if (typeof value === "string") return hide(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each: Json) => hideIn(each, hide));
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, hideIn(each, hide)]));
}

/** Values of request headers that carry credentials, whole and without their scheme. */
function secretHeadersIn(options: unknown): readonly string[] {
  const { headers } = (options ?? {}) as { headers?: unknown };
  if (typeof headers !== "object" || headers === null) return [];
  return Object.entries(headers).flatMap(([name, value]) =>
    typeof value === "string" && isSecretHeader(name) ? [value, withoutScheme(value)] : [],
  );
}

/** A password as it is sent with its user name. */
function loginIn(options: unknown): readonly string[] {
  const { auth } = (options ?? {}) as { auth?: Readonly<{ username?: unknown; password?: unknown }> };
  if (typeof auth?.username !== "string" || !(auth.password instanceof Secret)) return [];
  return [withoutScheme(basic(auth.username, auth.password.reveal()))];
}

function withoutScheme(value: string): string {
  return value.slice(value.indexOf(" ") + 1);
}
