import type { Finding } from "../checks/finding.ts";
import type { HttpExchangeRequest, HttpProxy } from "../ports/http-probing.ts";

/** What kept us from the proxy says nothing of the server behind it; what keeps this machine from asking anybody stays what it is. */
export function ofProxy({ host, port }: HttpProxy, finding: Finding): Finding {
  if (finding.is !== "down") return finding;
  return { ...finding, is: "unknown", reason: "proxy", detail: `the proxy ${host}:${port}: ${finding.detail}` };
}

/** A proxy that does not let us through; undefined for other answers, which tell of the server that it could not reach. */
export function proxyRefusal({ proxy, url }: HttpExchangeRequest, status: number | undefined): Finding | undefined {
  if (proxy === undefined || status === undefined || !isRefusal(status, url)) return undefined;
  const detail = `the proxy ${proxy.host}:${proxy.port} does not let us through: status ${status}${status === 407 ? "; set proxy_auth" : ""}`;
  return { is: "unknown", reason: "proxy", phase: "connect", detail };
}

/** Without a tunnel a 403 may be the server's own; a 407 is always the proxy's. */
function isRefusal(status: number, url: URL): boolean {
  return status === 407 || (url.protocol === "https:" && (status === 401 || status === 403));
}
