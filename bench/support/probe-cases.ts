import { certificatePath } from "../../test/support/samples/certificates.ts";
import { hosts, keyword, pagePath, smallPath, type Target } from "./target.ts";

export const caseNames = ["http", "http-page", "https", "tcp"] as const;
export type CaseName = (typeof caseNames)[number];

/** One kind of probe as every contender makes it. */
export type ProbeCase = Readonly<{
  name: CaseName;
  title: string;
  port: number;
  path: string;
  isTls: boolean;
  keyword?: string;
  /** Module of blackbox_exporter that does the same. */
  module: string;
}>;

export const caPath: string = certificatePath("root");

/** The cases against a running target. */
export function casesOf({ httpPort, httpsPort }: Pick<Target, "httpPort" | "httpsPort">): readonly ProbeCase[] {
  const plain = { port: httpPort, path: smallPath, isTls: false };
  return [
    { name: "http", title: "HTTP, small", ...plain, module: "http" },
    { name: "http-page", title: "HTTP, 20 KB + keyword", ...plain, path: pagePath, keyword, module: "keyword" },
    { name: "https", title: "HTTPS P-256, small", ...plain, port: httpsPort, isTls: true, module: "https" },
    { name: "tcp", title: "TCP connect", ...plain, module: "tcp" },
  ];
}

/** Address of a case in the form of http checks; `index` spreads over the target's hosts. */
export function urlOf({ isTls, port, path }: ProbeCase, index: number): string {
  return `${isTls ? "https" : "http"}://${hosts[index % hosts.length]}:${port}${path}`;
}

/** Config of blackbox_exporter with a module per case. */
export function blackboxConfig(): string {
  const http = (more: object): object => ({
    prober: "http",
    timeout: "5s",
    http: { preferred_ip_protocol: "ip4", ...more },
  });
  const modules = {
    http: http({}),
    keyword: http({ fail_if_body_not_matches_regexp: [keyword] }),
    https: http({ tls_config: { ca_file: caPath, server_name: "localhost" } }),
    tcp: { prober: "tcp", timeout: "5s" },
  };
  // YAML takes JSON as it is.
  return JSON.stringify({ modules });
}

/** Query of blackbox_exporter's /probe door for a case. */
export function blackboxQuery(probeCase: ProbeCase, index: number): string {
  const target =
    probeCase.name === "tcp" ? `${hosts[index % hosts.length]}:${probeCase.port}` : urlOf(probeCase, index);
  return `/probe?module=${probeCase.module}&target=${encodeURIComponent(target)}`;
}
