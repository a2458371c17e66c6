import type { ProbeKind } from "../../../src/core/checks/probe.ts";
import { certificate } from "../../../src/probes/certificate/certificate.ts";
import { dns } from "../../../src/probes/dns/dns.ts";
import { domain } from "../../../src/probes/domain/domain.ts";
import { exec } from "../../../src/probes/exec/exec.ts";
import { file } from "../../../src/probes/file/file.ts";
import { grpc } from "../../../src/probes/grpc/grpc.ts";
import { host } from "../../../src/probes/host/host.ts";
import { http } from "../../../src/probes/http/http.ts";
import { icmp } from "../../../src/probes/icmp/icmp.ts";
import { images } from "../../../src/probes/images/images.ts";
import { json } from "../../../src/probes/json/json.ts";
import { ntp } from "../../../src/probes/ntp/ntp.ts";
import { redis } from "../../../src/probes/redis/redis.ts";
import { scrape } from "../../../src/probes/scrape/scrape.ts";
import { sql } from "../../../src/probes/sql/sql.ts";
import { ssh } from "../../../src/probes/ssh/ssh.ts";
import { tcp } from "../../../src/probes/tcp/tcp.ts";
import { unix } from "../../../src/probes/unix/unix.ts";
import { websocket } from "../../../src/probes/websocket/websocket.ts";
import { rootPath } from "../../support/samples/certificates.ts";

type Options = Readonly<Record<string, unknown>>;

/** One way in which a kind of probe speaks to a server; `port` and `host` are those of the server. */
export type Speaker = Readonly<{
  kind: ProbeKind;
  address(host: string, port: number): string;
  options?(host: string, port: number): Options;
}>;

const trusted: Options = { ca: rootPath };
const hostPort = (host: string, port: number): string => `${bracketed(host)}:${port}`;
const url = (scheme: string) => (host: string, port: number) => `${scheme}://${hostPort(host, port)}/`;
const files =
  (path: string) =>
  (directory: string): Options => ({ from: "files", files: [`${directory}${path}`] });
const database =
  (driver: string) =>
  (host: string, port: number): Options => ({ driver, dsn: `${driver}://monitor:secret@${hostPort(host, port)}/shop` });
const fixed = (options: Options) => (): Options => options;

/** Probes that read answers of HTTP/1.1 over a plain connection. */
export const httpSpeakers = {
  http: { kind: http, address: url("http"), options: fixed({ expect: { contains: ["keyword"] } }) },
  json: { kind: json, address: url("http") },
  scrape: { kind: scrape, address: url("http") },
  images: { kind: images, address: url("http") },
  domain: {
    kind: domain,
    address: () => "example.com",
    options: (host, port) => ({ lookup: "rdap", bootstrap: "bundled", rdap_server: url("http")(host, port) }),
  },
  "file in a store": {
    kind: file,
    address: () => "s3://backups/*",
    options: (host, port) => ({ s3: { endpoint: url("http")(host, port), access_key: "a", secret_key: "secret" } }),
  },
  websocket: { kind: websocket, address: url("ws") },
} as const satisfies Readonly<Record<string, Speaker>>;

/** Probes that open one connection to a host and a port, and wait for what comes over it. */
export const plainSpeakers = {
  ...httpSpeakers,
  tcp: { kind: tcp, address: hostPort, options: fixed({ dialogue: [{ expect: "^220 " }] }) },
  "certificate STARTTLS": { kind: certificate, address: hostPort, options: fixed({ starttls: "smtp", tls: trusted }) },
  dns: { kind: dns, address: hostPort, options: fixed({ name: "shop.test", transport: "tcp" }) },
  grpc: { kind: grpc, address: hostPort },
  redis: { kind: redis, address: hostPort },
  "sql postgres": { kind: sql, address: () => "shop", options: database("postgres") },
  "sql mysql": { kind: sql, address: () => "shop", options: database("mysql") },
  ssh: { kind: ssh, address: hostPort },
  "domain WHOIS": {
    kind: domain,
    address: () => "example.com",
    options: (host, port) => ({ lookup: "whois", whois_server: hostPort(host, port) }),
  },
} as const satisfies Readonly<Record<string, Speaker>>;

/** Probes that look a name up before anything else. */
export const namedSpeakers = {
  ...plainSpeakers,
  icmp: { kind: icmp, address: (host) => host },
  ntp: { kind: ntp, address: hostPort },
  "dns over UDP": { kind: dns, address: hostPort, options: fixed({ name: "shop.test" }) },
} as const satisfies Readonly<Record<string, Speaker>>;

/** Probes of a socket in the filesystem; `host` is its path. */
export const pathSpeakers = {
  unix: { kind: unix, address: (path) => path, options: fixed({ dialogue: [{ expect: "^220 " }] }) },
} as const satisfies Readonly<Record<string, Speaker>>;

/** Probes of this machine; `host` is a directory of certificates. */
export const localSpeakers = {
  exec: { kind: exec, address: () => "localhost", options: fixed({ command: ["/bin/true"], directories: ["/bin"] }) },
  "file by glob": { kind: file, address: (directory) => `${directory}/*.pem` },
  "file with checksum": {
    kind: file,
    address: (directory) => `${directory}/root.pem`,
    options: fixed({ checksum: "md5" }),
  },
  "file that is an archive": {
    kind: file,
    address: (directory) => `${directory}/root.pem`,
    options: fixed({ archive: "verified" }),
  },
  host: { kind: host, address: () => "localhost" },
  "sql of a file": { kind: sql, address: () => "shop", options: fixed({ driver: "sqlite", path: "/nowhere/shop.db" }) },
  unix: { kind: unix, address: () => "/nowhere/app.sock" },
  "certificate of a file": { kind: certificate, address: () => "ingress", options: files("/root.pem") },
  "certificate by glob": { kind: certificate, address: () => "ingress", options: files("/*.pem") },
  "certificate in a directory": { kind: certificate, address: () => "ingress", options: files("") },
} as const satisfies Readonly<Record<string, Speaker>>;

/** Probes that begin with TLS. */
export const tlsSpeakers = {
  http: { kind: http, address: url("https"), options: fixed({ tls: trusted }) },
  json: { kind: json, address: url("https"), options: fixed({ tls: trusted }) },
  scrape: { kind: scrape, address: url("https"), options: fixed({ tls: trusted }) },
  images: { kind: images, address: url("https"), options: fixed({ tls: trusted }) },
  websocket: { kind: websocket, address: url("wss"), options: fixed({ tls: trusted }) },
  tcp: { kind: tcp, address: hostPort, options: fixed({ encryption: "tls", tls: trusted }) },
  certificate: { kind: certificate, address: hostPort, options: fixed({ tls: trusted }) },
  "dns over TLS": {
    kind: dns,
    address: hostPort,
    options: fixed({ name: "shop.test", transport: "tls", tls: trusted }),
  },
  "dns over HTTPS": {
    kind: dns,
    address: hostPort,
    options: fixed({ name: "shop.test", transport: "https", tls: trusted }),
  },
  grpc: { kind: grpc, address: hostPort, options: fixed({ encryption: "tls", tls: trusted }) },
  redis: { kind: redis, address: hostPort, options: fixed({ encryption: "tls", tls: trusted }) },
} as const satisfies Readonly<Record<string, Speaker>>;

function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** True of probes that ask somebody about something else: that he does not answer says nothing of it. */
export function asksAnother(name: string): boolean {
  return name.startsWith("domain") || name === "file in a store";
}
