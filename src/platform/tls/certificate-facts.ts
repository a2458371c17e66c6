import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { CertificateFacts } from "../../core/ports/tls.ts";

export type ChainFacts = Readonly<{
  chain: readonly CertificateFacts[];
  /** Earliest expiry on the verified chain; absent when nothing was verified. */
  verifiedExpiryMs?: number;
  /** The leaf itself, for the name check; absent when the peer showed none. */
  leaf?: X509Certificate;
}>;

const mostCertificates = 12;
const mostEntries = 2_000;

/**
 * Reads the certificates a peer sent, and turns each chain into text once: doing it every time costs a third of a handshake.
 * Node hands a chain out once per socket: `getPeerX509Certificate` takes it, and `getPeerCertificate` finds nothing after it.
 */
export class CertificateReader {
  readonly #chains = new Map<string, Omit<ChainFacts, "leaf">>();
  readonly #servers = new Map<string, true>();

  /** Facts of the chain on this socket as the peer sent it; `server` is any name for whom we talk to. */
  read(socket: TLSSocket, server: string): ChainFacts {
    const verified = socket.authorized;
    // The root out of our own store shows only in this dear form, so it is asked for at the first sight of a server.
    const rootExpiries = verified && !this.#servers.has(server) ? expiriesToRoot(socket) : [];
    const leaf = socket.getPeerX509Certificate();
    if (leaf === undefined) return { chain: [] };
    const known = verified ? this.#chains.get(leaf.fingerprint256) : undefined;
    if (known !== undefined) {
      remember(this.#servers, server, true);
      return { ...known, leaf };
    }
    const chain = chainFrom(leaf).map(certificateFactsOf);
    if (!verified) return { chain, leaf };
    const verifiedExpiryMs = Math.min(...rootExpiries, ...chain.map(({ validToMs }) => validToMs));
    if (rootExpiries.length === 0) this.#servers.delete(server);
    else {
      remember(this.#servers, server, true);
      remember(this.#chains, leaf.fingerprint256, { chain, verifiedExpiryMs });
    }
    return { chain, verifiedExpiryMs, leaf };
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= mostEntries && !map.has(key)) map.delete(map.keys().next().value ?? "");
  map.set(key, value);
}

function chainFrom(leaf: X509Certificate): readonly X509Certificate[] {
  const sent: X509Certificate[] = [];
  let certificate: X509Certificate | undefined = leaf;
  while (certificate !== undefined && sent.length < mostCertificates) {
    sent.push(certificate);
    certificate = certificate.issuerCertificate;
  }
  return sent;
}

function expiriesToRoot(socket: TLSSocket): readonly number[] {
  const expiries: number[] = [];
  const seen = new Set<unknown>();
  for (let link = socket.getPeerCertificate(true); link?.valid_to !== undefined && !seen.has(link); ) {
    seen.add(link);
    expiries.push(Date.parse(link.valid_to));
    link = link.issuerCertificate;
  }
  return expiries;
}

/** What a certificate says about itself. */
export function certificateFactsOf(certificate: X509Certificate): CertificateFacts {
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    serial: certificate.serialNumber.toLowerCase(),
    fingerprint: certificate.fingerprint256.replaceAll(":", "").toLowerCase(),
    dnsNames: dnsNamesOf(certificate.subjectAltName),
    validFromMs: certificate.validFromDate.getTime(),
    validToMs: certificate.validToDate.getTime(),
    selfIssued: certificate.subject === certificate.issuer,
    weak: isWeak(certificate),
  };
}

/** True for what OpenSSL refuses at its default level: MD5 or SHA-1 signatures, RSA keys below 2048 bits. */
function isWeak(certificate: X509Certificate): boolean {
  if (/md5|sha1/i.test(certificate.signatureAlgorithm ?? "")) return true;
  const { modulusLength } = certificate.publicKey.asymmetricKeyDetails ?? {};
  return modulusLength !== undefined && modulusLength < 2048;
}

/** Most specific part first, joined by commas, as Go prints a distinguished name. */
function oneLine(name: string | undefined): string {
  return (name ?? "").split("\n").toReversed().join(",");
}

function dnsNamesOf(names: string | undefined): readonly string[] {
  if (names === undefined) return [];
  return names.split(", ").flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4).replaceAll('"', "")] : []));
}
