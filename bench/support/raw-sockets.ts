import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { createSecureContext, type TLSSocket, connect as tlsConnect } from "node:tls";
import { caPath, type ProbeCase } from "./probe-cases.ts";
import { hosts } from "./target.ts";

const context = createSecureContext({ ca: readFileSync(caPath, "utf8"), minVersion: "TLSv1.2" });

/**
 * One probe with bare sockets: what Node can do at best, without deadlines, phases, findings or evidence.
 * Resolves with whether the answer was right.
 */
export function probeRaw(probeCase: ProbeCase, index: number): Promise<boolean> {
  return new Promise((resolve) => {
    const host = hosts[index % hosts.length] ?? "127.0.0.1";
    const socket = connect({ host, port: probeCase.port, noDelay: true, autoSelectFamily: false });
    socket.on("error", () => resolve(false));
    if (probeCase.name === "tcp") {
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      return;
    }
    socket.once("connect", () => {
      const way = probeCase.isTls ? secured(socket, () => resolve(false)) : socket;
      ask(way, `${host}:${probeCase.port}`, probeCase, (isRight) => {
        socket.destroy();
        resolve(isRight);
      });
    });
  });
}

function secured(raw: Socket, onError: () => void): Socket {
  const socket: TLSSocket = tlsConnect({
    socket: raw,
    secureContext: context,
    servername: "localhost",
    ALPNProtocols: ["http/1.1"],
    checkServerIdentity: () => {
      const name = socket.getPeerX509Certificate()?.checkHost("localhost");
      return name === undefined ? new Error("the certificate is of another host") : undefined;
    },
  });
  // The cheap name check: Node would turn the whole chain into objects for its own.
  Object.defineProperty(socket, "getPeerCertificate", { value: () => ({}), configurable: true });
  socket.on("error", onError);
  return socket;
}

function ask(socket: Socket, host: string, { path, keyword }: ProbeCase, done: (isRight: boolean) => void): void {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.once("end", () => {
    const answer = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    done(isRight(answer, keyword));
  });
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nuser-agent: raw\r\naccept: */*\r\nconnection: close\r\n\r\n`);
}

function isRight(answer: Buffer | undefined, keyword: string | undefined): boolean {
  if (answer === undefined) return false;
  const text = answer.toString("utf8");
  return text.startsWith("HTTP/1.1 200 ") && (keyword === undefined || text.includes(keyword));
}
