import type { X509Certificate } from "node:crypto";
import { isIP, type Socket } from "node:net";
import { connect, type SecureContext, type TLSSocket } from "node:tls";
import type { Finding } from "../../core/checks/finding.ts";
import type { TlsFacts } from "../../core/ports/tls.ts";
import { codeOf } from "../net/socket-failure.ts";
import type { CertificateReader } from "./certificate-facts.ts";
import { readStapled } from "./ocsp.ts";
import { handshakeFinding, hostnameFinding, verificationFinding } from "./tls-failure.ts";

/** `finding` says why the socket is not there, `further` what else is wrong with the certificate. */
export type Secured = Readonly<{
  socket?: TLSSocket;
  tls?: TlsFacts;
  finding?: Finding;
  further?: readonly Finding[];
}>;

export type HandshakeOptions = Readonly<{
  context: SecureContext;
  serverName: string;
  /** The one application protocol to offer; absent: none. */
  alpn?: string;
  /** Ask for a stapled OCSP answer. */
  stapling?: boolean;
  verify: boolean;
  reader: CertificateReader;
}>;

/**
 * Makes a full TLS handshake (no session is ever resumed) and judges chain and name.
 * The facts of the chain are there also when the judgement is bad; then the socket is closed and no byte was sent.
 */
export function handshake(raw: Socket, options: HandshakeOptions, signal: AbortSignal): Promise<Secured> {
  const socket = connect({
    socket: raw,
    secureContext: options.context,
    servername: isIP(options.serverName) === 0 ? options.serverName : "",
    ...(options.alpn === undefined ? {} : { ALPNProtocols: [options.alpn] }),
    ...(options.stapling === true && { requestOCSP: true }),
    // The chain is judged below, where its facts are kept even when it is bad.
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  // Node turns the whole chain into objects before it asks for the identity: a third of the cost of a handshake.
  Object.defineProperty(socket, "getPeerCertificate", { value: () => ({}), configurable: true });
  // Stays for the socket's life: an error between two owners must not end the process.
  socket.on("error", ignore);
  return new Promise((resolve) => {
    let stapled: Buffer | null = null;
    if (options.stapling === true) socket.once("OCSPResponse", (answer) => (stapled = answer));
    const finish = (secured: Secured): void => {
      signal.removeEventListener("abort", abort);
      socket.off("secureConnect", judgeIt).off("error", failed).off("close", ended);
      if (secured.socket === undefined) socket.destroy();
      resolve(secured);
    };
    const judgeIt = (): void => {
      Reflect.deleteProperty(socket, "getPeerCertificate");
      finish(judge(socket, options, stapled));
    };
    const failed = (error: Error): void => {
      // The certificate came before whatever went wrong, such as a refusal of ours.
      const tls = factsOf(socket, options, stapled).tls;
      finish({ finding: handshakeFinding(error), ...(tls.chain.length > 0 && { tls }) });
    };
    const ended = (): void => finish({ finding: closed });
    const abort = (): void => finish({ finding: late });
    signal.addEventListener("abort", abort, { once: true });
    socket.once("secureConnect", judgeIt).once("error", failed).once("close", ended);
    if (signal.aborted) abort();
  });
}

/** Holds nothing: Node keeps closed sockets, and all that their listeners reach, until the next full collection. */
function ignore(): void {}

const late: Finding = {
  is: "down",
  reason: "tls_timeout",
  phase: "tls",
  detail: "the handshake did not end in time",
};

const closed: Finding = {
  is: "down",
  reason: "tls_handshake",
  phase: "tls",
  detail: "the other end closed the connection during the TLS handshake",
};

function factsOf(
  socket: TLSSocket,
  { serverName, reader }: HandshakeOptions,
  stapled: Buffer | null,
): Readonly<{ tls: TlsFacts; leaf: X509Certificate | undefined }> {
  const { chain, verifiedExpiryMs, leaf } = reader.read(socket, serverName);
  const tls: TlsFacts = {
    version: (socket.getProtocol() ?? "unknown").replace(/^TLSv(\d)$/, "TLS $1.0").replace(/^TLSv/, "TLS "),
    cipher: socket.getCipher()?.standardName ?? "unknown",
    chain,
    ...(verifiedExpiryMs === undefined ? {} : { verifiedExpiryMs }),
    ...(stapled === null || leaf === undefined ? {} : { stapled: readStapled(stapled, leaf, leaf.issuerCertificate) }),
  };
  return { tls, leaf };
}

function judge(socket: TLSSocket, options: HandshakeOptions, stapled: Buffer | null): Secured {
  const { tls, leaf } = factsOf(socket, options, stapled);
  if (!options.verify) return { socket, tls };
  const onChain = socket.authorized ? [] : [verificationFinding(verificationCode(socket), tls.chain)];
  const onName = hostnameFinding(leaf, options.serverName, tls.chain[0]?.dnsNames ?? []);
  const [finding, ...further] = onName === undefined ? onChain : [...onChain, onName];
  if (finding === undefined) return { socket, tls };
  return { tls, finding, ...(further.length > 0 && { further }) };
}

function verificationCode(socket: TLSSocket): string {
  // The types say Error; at run time it is the code.
  const error: unknown = socket.authorizationError;
  return typeof error === "string" ? error : codeOf(error);
}
