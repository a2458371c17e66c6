import { bool, type GoStruct, type GoType, int, listOf, mapOf, secret, string, struct } from "./go-type.ts";

/** `tls_config` of every prober. @see https://prometheus.io/docs/prometheus/latest/configuration/configuration/#tls_config */
export const tlsConfig: GoStruct = struct({
  ca: string,
  ca_file: string,
  ca_ref: string,
  cert: string,
  cert_file: string,
  cert_ref: string,
  key: secret,
  key_file: string,
  key_ref: string,
  server_name: string,
  insecure_skip_verify: bool,
  min_version: string,
  max_version: string,
});

const proxy: GoStruct["fields"] = {
  proxy_url: string,
  no_proxy: string,
  proxy_from_environment: bool,
  proxy_connect_header: mapOf(listOf(secret)),
};

const oauth2: GoType = struct(
  {
    client_id: string,
    client_secret: secret,
    client_secret_file: string,
    client_secret_ref: string,
    client_certificate_key_id: string,
    client_certificate_key: secret,
    client_certificate_key_file: string,
    client_certificate_key_ref: string,
    grant_type: string,
    signature_algorithm: string,
    iss: string,
    audience: string,
    claims: mapOf(string),
    scopes: listOf(string),
    token_url: string,
    endpoint_params: mapOf(string),
    tls_config: tlsConfig,
    ...proxy,
  },
  "config.OAuth2",
);

/** Keys of Prometheus' common HTTP client, inlined into `http:`. */
export const httpClient: GoStruct["fields"] = {
  basic_auth: struct(
    {
      username: string,
      username_file: string,
      username_ref: string,
      password: secret,
      password_file: string,
      password_ref: string,
    },
    "config.BasicAuth",
  ),
  authorization: struct(
    { type: string, credentials: secret, credentials_file: string, credentials_ref: string },
    "config.Authorization",
  ),
  oauth2,
  bearer_token: secret,
  bearer_token_file: string,
  tls_config: tlsConfig,
  follow_redirects: bool,
  enable_http2: bool,
  http_headers: mapOf(
    struct({ values: listOf(string), secrets: listOf(secret), files: listOf(string) }, "config.Header"),
  ),
  ...proxy,
};

/** Where a name is resolved; part of every prober that dials. */
export const ipProtocol: GoStruct["fields"] = { preferred_ip_protocol: string, ip_protocol_fallback: bool };

/** `query_response` of tcp, unix and websocket. */
export const queryResponse: GoType = listOf(
  struct({
    expect: { is: "regexp" },
    expect_bytes: string,
    labels: listOf(struct({ name: string, value: string }, "config.Label")),
    send: string,
    starttls: bool,
  }),
);

/** Smallest whole numbers that the probers share. */
export const sourceAddress: GoStruct["fields"] = { source_ip_address: string };
export const payload: GoStruct["fields"] = { payload_size: int, dont_fragment: bool, ttl: int };
