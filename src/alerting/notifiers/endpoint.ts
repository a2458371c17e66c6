import { createHash } from "node:crypto";
import type { Secret } from "../../core/secrets/secret.ts";

/** Identity of a secret URL that may be shown: its host and twelve hex digits of its hash. */
export function endpointOf(url: Secret): string {
  const text = url.reveal();
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 12);
  return `${URL.parse(text)?.host ?? "invalid"}#${digest}`;
}
