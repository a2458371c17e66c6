import { httpClient, ipProtocol, payload, queryResponse, sourceAddress, tlsConfig } from "./client-types.ts";
import { bool, duration, type GoStruct, int, listOf, mapOf, regexp, size, string, struct } from "./go-type.ts";

const headerMatch = struct({ header: string, regexp, allow_missing: bool });

const http = struct({
  valid_status_codes: listOf(int),
  valid_http_versions: listOf(string),
  skip_resolve_phase_with_proxy: bool,
  no_follow_redirects: bool,
  fail_if_ssl: bool,
  fail_if_not_ssl: bool,
  method: string,
  headers: mapOf(string),
  fail_if_body_matches_regexp: listOf(regexp),
  fail_if_body_not_matches_regexp: listOf(regexp),
  fail_if_body_json_matches_cel: string,
  fail_if_body_json_not_matches_cel: string,
  fail_if_header_matches: listOf(headerMatch),
  fail_if_header_not_matches: listOf(headerMatch),
  body: string,
  body_file: string,
  compression: string,
  body_size_limit: size,
  enable_http3: bool,
  ...ipProtocol,
  ...httpClient,
});

const tcp = struct({
  tls: bool,
  tls_config: tlsConfig,
  query_response: queryResponse,
  ...ipProtocol,
  ...sourceAddress,
});

const recordChecks = struct(
  {
    fail_if_matches_regexp: listOf(string),
    fail_if_all_match_regexp: listOf(string),
    fail_if_not_matches_regexp: listOf(string),
    fail_if_none_matches_regexp: listOf(string),
  },
  "config.DNSRRValidator",
);

const dns = struct({
  query_name: string,
  query_type: string,
  query_class: string,
  recursion_desired: bool,
  transport_protocol: string,
  dns_over_tls: bool,
  tls_config: tlsConfig,
  valid_rcodes: listOf(string),
  validate_answer_rrs: recordChecks,
  validate_authority_rrs: recordChecks,
  validate_additional_rrs: recordChecks,
  ...ipProtocol,
  ...sourceAddress,
});

const icmp = struct({ ...payload, ...ipProtocol, ...sourceAddress });

const grpc = struct({
  service: string,
  tls: bool,
  tls_config: tlsConfig,
  metadata: mapOf(listOf(string)),
  ...ipProtocol,
});

const unix = struct({ tls: bool, tls_config: tlsConfig, query_response: queryResponse });

const websocket = struct({
  http_config: struct(httpClient),
  headers: mapOf(struct({ values: listOf(string), secrets: listOf(string), files: listOf(string) }, "config.Header")),
  query_response: queryResponse,
  ...ipProtocol,
});

/** One module of `blackbox.yml`. */
export const moduleType: GoStruct = struct({
  prober: string,
  timeout: duration,
  http,
  tcp,
  dns,
  icmp,
  grpc,
  unix,
  websocket,
});

/** `blackbox.yml` as a whole. @see https://github.com/prometheus/blackbox_exporter/blob/master/CONFIGURATION.md */
export const fileType: GoStruct = struct({ modules: mapOf(moduleType) });
