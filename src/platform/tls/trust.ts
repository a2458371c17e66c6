import { constants } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { TlsTrust } from "../../core/ports/tls.ts";
import { ownTrouble } from "../files/own-trouble.ts";
import { codeOf } from "../net/socket-failure.ts";

export type TrustContext = Readonly<{ ok: true; context: SecureContext }> | Readonly<{ ok: false; finding: Finding }>;

type Entry = Readonly<{ madeAtMs: number; context: Promise<TrustContext> }>;

/** A certificate that was replaced on disk is seen after at most this long. */
const rereadAfterMs = 60_000;
const classicGroups = "X25519:P-256:P-384:P-521";

/**
 * Makes one secure context per trust setting and keeps it: one per connection would cost twenty handshakes.
 * Settings with files are read again after a minute, so that a rotated certificate needs no reload.
 */
export class TrustContexts {
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** Returns the context of a setting; a file that cannot be read or is no PEM is a finding `unknown`. */
  get(trust: TlsTrust): Promise<TrustContext> {
    const key = JSON.stringify([
      trust.caPath,
      trust.certificatePath,
      trust.keyPath,
      trust.minVersion,
      trust.postQuantum,
    ]);
    const nowMs = this.#clock.monotonicMs();
    const entry = this.#entries.get(key);
    const hasFiles = trust.caPath !== undefined || trust.certificatePath !== undefined;
    if (entry !== undefined && !(hasFiles && nowMs - entry.madeAtMs > rereadAfterMs)) return entry.context;
    const context = makeContext(trust);
    this.#entries.set(key, { madeAtMs: nowMs, context });
    return context;
  }
}

async function makeContext(trust: TlsTrust): Promise<TrustContext> {
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const [name, option, path] of [
    ["ca", "ca", trust.caPath],
    ["cert", "certificate", trust.certificatePath],
    ["key", "key", trust.keyPath],
  ] as const) {
    if (path === undefined) continue;
    try {
      files[name] = await readFile(path, "utf8");
    } catch (error) {
      return unreadable(`tls.${option}`, path, error);
    }
  }
  if (files.ca !== undefined && !files.ca.includes("-----BEGIN")) {
    return unknown("parse", `"${trust.caPath}" holds no PEM certificate`);
  }
  try {
    return { ok: true, context: createSecureContext({ ...files, ...floorOf(trust) }) };
  } catch (error) {
    return unknown("parse", `the certificates of this check's tls settings do not load: ${messageOf(error)}`);
  }
}

function floorOf({ minVersion, postQuantum }: TlsTrust): SecureContextOptions {
  const floor: SecureContextOptions = {
    // OpenSSL would make a key of ML-KEM for every hello, which is a fifth of a handshake, and a hello of two packets.
    ...(!postQuantum && { ecdhCurve: classicGroups }),
    minVersion: `TLSv${minVersion === "1.0" ? "1" : minVersion}` as const,
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
  // OpenSSL offers TLS 1.0 and 1.1 at security level 0 only.
  return minVersion === "1.0" || minVersion === "1.1" ? { ...floor, ciphers: "DEFAULT:@SECLEVEL=0" } : floor;
}

function unreadable(option: string, path: string, error: unknown): TrustContext {
  if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) {
    return unknown("file_missing", `there is no file "${path}", which ${option} names`);
  }
  const reason = ownTrouble(error)?.reason ?? "parse";
  return unknown(reason, `cannot read the PEM file "${path}" of ${option}: ${messageOf(error)}`);
}

function unknown(reason: Reason, detail: string): TrustContext {
  return { ok: false, finding: { is: "unknown", reason, phase: "tls", detail } };
}
