import { rootPath } from "../../support/samples/certificates.ts";
import { networkIo } from "./network-io.ts";
import type { ProbeServers } from "./probe-servers.ts";
import type { Given } from "./probe-suite.ts";

/** Cases of the probes of names, certificates and clocks. */
export const namesCases = (scene: ProbeServers): Readonly<Record<string, Given>> => ({
  certificate: {
    io: networkIo,
    cases: () => [
      { name: "no TLS", address: `127.0.0.1:${scene.port}`, options: {} },
      {
        name: "a good server",
        address: `127.0.0.1:${scene.tlsPort}`,
        options: { tls: { ca: rootPath, server_name: "shop.test" } },
      },
      { name: "a bad server", address: `127.0.0.1:${scene.tlsPort}`, options: {} },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.", options: {} },
      { name: "files", address: "ingress", options: { from: "files", files: [rootPath, rootPath] } },
      { name: "no files", address: "ingress", options: { from: "files", files: ["/nowhere"] } },
      {
        name: "every address",
        address: `edge.test:${scene.tlsPort}`,
        options: { tls: { ca: rootPath, server_name: "shop.test" }, edges: { resolvers: [scene.nameServer.address] } },
      },
      { name: "no greeting", address: `127.0.0.1:${scene.port}`, options: { starttls: "smtp" }, pending: true },
    ],
  },
  dns: {
    io: networkIo,
    cases: () => [
      { name: "an answer", address: scene.nameServer.address, options: { name: "shop.test" } },
      { name: "no such name", address: scene.nameServer.address, options: { name: "missing.test", type: "SOA" } },
      { name: "over TCP", address: scene.nameServer.address, options: { name: "shop.test", transport: "tcp" } },
      { name: "no server", address: "127.0.0.1:1", options: { name: "shop.test" } },
      { name: "no TLS", address: `127.0.0.1:${scene.port}`, options: { name: "shop.test", transport: "tls" } },
      { name: "no HTTPS", address: `127.0.0.1:${scene.port}`, options: { name: "shop.test", transport: "https" } },
      { name: "silence", address: scene.nameServer.address, options: { name: "silent.test" }, pending: true },
    ],
  },
  domain: {
    io: networkIo,
    cases: () => [
      { name: "by hand", address: "example.com", options: { lookup: "none", expires: "2027-01-01" } },
      {
        name: "no RDAP",
        address: "example.com",
        options: { lookup: "rdap", rdap_server: `http://127.0.0.1:${scene.port}/` },
      },
      { name: "no WHOIS", address: "shop.example.com", options: { lookup: "whois", whois_server: "127.0.0.1:1" } },
      { name: "nobody to ask", address: "shop.internal", options: { bootstrap: "bundled" } },
      {
        name: "no answer",
        address: "example.com",
        options: { lookup: "rdap", rdap_server: `http://127.0.0.1:${scene.port}/hang` },
        pending: true,
      },
    ],
  },
  icmp: {
    io: networkIo,
    cases: () => [
      { name: "this machine", address: "127.0.0.1", options: { packets: 1 } },
      { name: "no host", address: "missing.localhost.invalid.", options: {} },
    ],
  },
  ntp: {
    io: networkIo,
    cases: () => [
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.", options: { leap: "ignore" } },
      { name: "no NTP", address: `127.0.0.1:${scene.silentPort}`, options: {}, pending: true },
    ],
  },
});
