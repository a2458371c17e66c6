import { certificatePath } from "../support/samples/certificates.ts";

const asked = { preferred_ip_protocol: "ip4", query_type: "A" };

/** Modules for the door and for the peer. */
export const modules = {
  http_2xx: { prober: "http", timeout: "5s", http: { preferred_ip_protocol: "ip4" } },
  not_followed: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", follow_redirects: false, valid_status_codes: [302] },
  },
  with_word: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", fail_if_body_not_matches_regexp: ["welcome (to|at)"] },
  },
  without_word: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", fail_if_body_matches_regexp: ["(?i)WELCOME"] },
  },
  header: {
    prober: "http",
    http: {
      preferred_ip_protocol: "ip4",
      fail_if_header_not_matches: [{ header: "X-Shop", regexp: "^blue$" }],
      fail_if_header_matches: [{ header: "X-Old", regexp: ".*", allow_missing: true }],
    },
  },
  posting: {
    prober: "http",
    http: {
      preferred_ip_protocol: "ip4",
      method: "POST",
      body: "a=1",
      headers: { "X-Asked": "yes" },
      basic_auth: { username: "u", password: "p" },
    },
  },
  zipped: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", compression: "gzip", headers: { "Accept-Encoding": "gzip" } },
  },
  token: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", authorization: { type: "Token", credentials: "abc" } },
  },
  needs_tls: { prober: "http", http: { preferred_ip_protocol: "ip4", fail_if_not_ssl: true } },
  own_ca: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", tls_config: { ca_file: certificatePath("root"), server_name: "shop.test" } },
  },
  dns_a: { prober: "dns", timeout: "2s", dns: { ...asked, query_name: "shop.test" } },
  dns_tcp: { prober: "dns", timeout: "2s", dns: { ...asked, query_name: "shop.test", transport_protocol: "tcp" } },
  dns_missing: { prober: "dns", timeout: "2s", dns: { ...asked, query_name: "none.test" } },
  dns_missing_wanted: {
    prober: "dns",
    timeout: "2s",
    dns: { ...asked, query_name: "none.test", valid_rcodes: ["NXDOMAIN"] },
  },
  dns_right: {
    prober: "dns",
    timeout: "2s",
    dns: {
      ...asked,
      query_name: "shop.test",
      validate_answer_rrs: {
        fail_if_not_matches_regexp: ["^shop\\.test\\.\t\\d+\tIN\tA\t192\\.0\\.2\\."],
        fail_if_none_matches_regexp: ["192.0.2.1$"],
        fail_if_matches_regexp: ["127.0.0"],
      },
    },
  },
  dns_wrong: {
    prober: "dns",
    timeout: "2s",
    dns: { ...asked, query_name: "shop.test", validate_answer_rrs: { fail_if_matches_regexp: ["192.0.2.2"] } },
  },
  ping: { prober: "icmp", timeout: "2s", icmp: { preferred_ip_protocol: "ip4" } },
  tcp_connect: { prober: "tcp", timeout: "2s", tcp: { preferred_ip_protocol: "ip4" } },
  banner: {
    prober: "tcp",
    timeout: "2s",
    tcp: {
      preferred_ip_protocol: "ip4",
      query_response: [{ expect: "^220 ([^ ]+) ESMTP$" }, { send: "QUIT" }, { expect: "^221 " }],
    },
  },
  wrong_banner: {
    prober: "tcp",
    timeout: "2s",
    tcp: { preferred_ip_protocol: "ip4", query_response: [{ expect: "^SSH-2.0-" }] },
  },
  tcp_tls: {
    prober: "tcp",
    timeout: "2s",
    tcp: {
      preferred_ip_protocol: "ip4",
      tls: true,
      tls_config: { ca_file: certificatePath("root"), server_name: "shop.test" },
    },
  },
  grpc_all: { prober: "grpc", timeout: "2s", grpc: { preferred_ip_protocol: "ip4" } },
  grpc_ill: { prober: "grpc", timeout: "2s", grpc: { preferred_ip_protocol: "ip4", service: "ill" } },
  grpc_none: { prober: "grpc", timeout: "2s", grpc: { preferred_ip_protocol: "ip4", service: "none" } },
  grpc_tls: {
    prober: "grpc",
    timeout: "2s",
    grpc: {
      preferred_ip_protocol: "ip4",
      tls: true,
      tls_config: { ca_file: certificatePath("root"), server_name: "shop.test" },
    },
  },
  head: { prober: "http", http: { preferred_ip_protocol: "ip4", method: "HEAD" } },
  ip6_only: { prober: "http", http: { ip_protocol_fallback: false } },
  any_name: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", tls_config: { ca_file: certificatePath("root") } },
  },
  limited: { prober: "http", http: { preferred_ip_protocol: "ip4", body_size_limit: "10B" } },
  lines: {
    prober: "http",
    http: {
      preferred_ip_protocol: "ip4",
      fail_if_body_not_matches_regexp: ["(?m)^second", "(?s)first.second", "\\pL+\\n\\z"],
    },
  },
  literal: {
    prober: "tcp",
    timeout: "2s",
    tcp: {
      preferred_ip_protocol: "ip4",
      query_response: [{ send: "a$$b${1}" }, { expect: "^a[$][$]b[$][{]1[}]$" }],
    },
  },
  groups: {
    prober: "tcp",
    timeout: "2s",
    tcp: {
      preferred_ip_protocol: "ip4",
      query_response: [{ expect: "^220 (?P<host>[^ ]+)", send: "EHLO ${host} $1 $$" }, { expect: "^221" }],
    },
  },
  short: { prober: "http", timeout: "300ms", http: { preferred_ip_protocol: "ip4" } },
};

/** The same through a proxy, as it is and where its refusal is wanted. */
export function modulesThrough(proxy: string): Readonly<Record<string, unknown>> {
  const http = { preferred_ip_protocol: "ip4", proxy_url: `http://${proxy}` };
  return {
    through: { prober: "http", timeout: "2s", http },
    refused: { prober: "http", timeout: "2s", http: { ...http, valid_status_codes: [407] } },
  };
}
