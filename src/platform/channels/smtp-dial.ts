import { connect, type Socket } from "node:net";
import { SmtpDialError } from "./smtp-answer.ts";

const connectTimeoutMs = 10_000;
const longestHead = 8192;
const endOfHead = "\r\n\r\n";

export type DialledServer = Readonly<{
  host: string;
  port: number;
  /** `http://host:port`, with a login where the proxy asks for one. */
  proxyUrl?: string;
}>;

/** Connects to a mail server, through a tunnel of its proxy where it has one; ended by the signal at the latest. */
export async function dialMail({ host, port, proxyUrl }: DialledServer, signal: AbortSignal): Promise<Socket> {
  if (proxyUrl === undefined) return dial(host, port, signal);
  const proxy = new URL(proxyUrl);
  const proxyPort = proxy.port === "" ? 80 : Number(proxy.port);
  const socket = await dial(proxy.hostname.replace(/^\[|\]$/g, ""), proxyPort, signal);
  try {
    await openTunnel(socket, connectHead(host, port, proxy));
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** By the system's resolver, as all notifiers: nodemailer's own asks the name servers before `/etc/hosts`, and waits for dead ones. */
function dial(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.on("error", reject);
    socket.setTimeout(connectTimeoutMs, () =>
      socket.destroy(Object.assign(new Error("timeout"), { code: "ETIMEDOUT", timeoutType: "CONNECT_TIMEOUT" })),
    );
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeAllListeners("timeout");
      resolve(socket);
    });
  });
}

/** @see RFC 9110 §9.3.6 */
function connectHead(host: string, port: number, { username, password }: URL): string {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = login === ":" ? "" : `Proxy-Authorization: Basic ${Buffer.from(login).toString("base64")}\r\n`;
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${authorization}\r\n`;
}

/** Waits for the proxy's word. A mail server speaks first, so what has come after it is given back to the socket. */
function openTunnel(socket: Socket, head: string): Promise<void> {
  let answer = Buffer.alloc(0);
  return new Promise((resolve, reject) => {
    const finish = (problem?: string): void => {
      socket.pause();
      socket.off("data", take).off("end", ended).off("error", reject).off("timeout", late);
      socket.setTimeout(0);
      if (problem === undefined) resolve();
      else reject(new SmtpDialError(problem));
    };
    const late = (): void => finish("the proxy gave no tunnel in time");
    const ended = (): void => finish("the proxy hung up");
    const take = (bytes: Buffer): void => {
      answer = Buffer.concat([answer, bytes]);
      const end = answer.indexOf(endOfHead);
      if (end < 0) return answer.length > longestHead ? finish("the proxy's answer is no HTTP") : undefined;
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer.toString("latin1", 0, 32))?.[1];
      const isOpen = status?.startsWith("2") === true;
      finish(isOpen ? undefined : `the proxy refused the tunnel with ${status ?? "something that is no HTTP"}`);
      const rest = answer.subarray(end + endOfHead.length);
      if (isOpen && rest.length > 0) socket.unshift(rest);
    };
    socket.setTimeout(connectTimeoutMs, late);
    socket.on("data", take).on("end", ended).on("error", reject);
    socket.write(head, "latin1");
  });
}
