import type { Socket } from "node:net";
import type { Clock } from "../../core/ports/clock.ts";
import type { TlsTrust } from "../../core/ports/tls.ts";
import { CertificateReader } from "./certificate-facts.ts";
import { handshake, type Secured } from "./handshake.ts";
import { TrustContexts } from "./trust.ts";

export type HandshakeRequest = Readonly<{
  trust: TlsTrust;
  serverName: string;
  /** The one application protocol to offer; absent: none. */
  alpn?: string;
  /** Ask for a stapled OCSP answer. */
  stapling?: boolean;
}>;

/** Makes TLS handshakes; contexts and facts of chains are kept across them, sessions never. */
export class Handshakes {
  readonly #contexts: TrustContexts;
  readonly #reader = new CertificateReader();

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#contexts = new TrustContexts(clock);
  }

  /** Makes a handshake over a connected socket; settings that do not load are a finding `unknown`. */
  async secure(raw: Socket, { trust, ...request }: HandshakeRequest, signal: AbortSignal): Promise<Secured> {
    const trusted = await this.#contexts.get(trust);
    if (!trusted.ok) return { finding: trusted.finding };
    const options = { ...request, context: trusted.context, verify: trust.verify, reader: this.#reader };
    return handshake(raw, options, signal);
  }
}
