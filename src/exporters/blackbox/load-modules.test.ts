import { describe, expect, it } from "vitest";
import { probeKinds } from "../../probes/index.ts";
import { loadModules } from "./load-modules.ts";

const files: Readonly<Record<string, string>> = { "/run/password": "from a file\n" };

function load(text: string): ReturnType<typeof loadModules> {
  return loadModules({
    text,
    kinds: probeKinds,
    fileText(path) {
      const found = files[path];
      if (found === undefined) throw new Error("there is no such file");
      return found;
    },
  });
}

function http(section: string): string {
  return `modules:\n  m:\n    prober: http\n    http: ${section}\n`;
}

describe("exporters/blackbox/load-modules", () => {
  it("reads a module with anchors, merges and what Go takes for a boolean", () => {
    const loaded = load(
      "modules:\n  a: &a\n    prober: http\n    timeout: 1m30s\n    http: { fail_if_not_ssl: yes, headers: { X-N: 1 } }\n  b:\n    <<: *a\n    timeout: 5s\n",
    );

    expect(loaded).toMatchObject({
      ok: true,
      modules: [
        { name: "a", timeoutMs: 90_000, options: { expect: { tls: "required" }, headers: { "x-n": "1" } } },
        { name: "b", timeoutMs: 5000, options: { expect: { tls: "required" } } },
      ],
    });
  });

  it.each([
    ["{ credentials: a }", "Bearer"],
    ["{ type: ' Token ', credentials: a }", "Token"],
  ])("sends the authorization %s with its type", (authorization, scheme) => {
    const loaded = load(http(`{ authorization: ${authorization} }`));

    expect(loaded).toMatchObject({
      ok: true,
      modules: [{ options: { auth: { kind: "bearer", scheme, token: "a" } } }],
    });
  });

  it("refuses an authorization type that is no one word", () => {
    const loaded = load(http("{ authorization: { type: 'a b', credentials: c } }"));

    expect(loaded).toMatchObject({ ok: false, error: expect.stringContaining("http.authorization.type: ") as string });
  });

  it("translates what a module expects into options of the http probe", () => {
    const loaded = load(
      http(`
      valid_status_codes: [200, 404]
      preferred_ip_protocol: ip4
      ip_protocol_fallback: false
      no_follow_redirects: true
      headers: { Host: "shop.test:8080" }
      body_size_limit: 1MB
      fail_if_header_matches: [{ header: X-A, regexp: a, allow_missing: true }, { header: x-a, regexp: b }]
      fail_if_header_not_matches: [{ header: X-A, regexp: c }]
      basic_auth: { username: u, password_file: /run/password }
      proxy_url: http://me:secret@proxy.test:3128
      valid_http_versions: [HTTP/1.1, HTTP/2.0]`),
    );

    expect(loaded).toMatchObject({
      ok: true,
      modules: [
        {
          kind: "http",
          timeoutMs: 0,
          options: {
            family: "4",
            follow_redirects: false,
            tls: { server_name: "shop.test" },
            auth: { kind: "basic", username: "u", password: "from a file" },
            proxy: "http://proxy.test:3128/",
            proxy_auth: { username: "me", password: "secret" },
            expect: {
              status: [200, 404],
              size: { max: "1048576B" },
              http_version: "1.1",
              headers: { "x-a": { not_matches: ["a", "b"], matches: ["c"], optional: false } },
            },
          },
          shown: { http: { basic_auth: { username: "u" }, proxy_url: "http://me:xxxxx@proxy.test:3128" } },
        },
      ],
    });
  });

  it.each([
    ["{ compression: GZIP }", { compression: "gzip", expect: { compression: "gzip" } }],
    [
      "{ compression: br, headers: { Accept-Encoding: br } }",
      { headers: { "accept-encoding": "br" }, expect: { compression: "br" } },
    ],
  ])("holds the answer to the compression of %s", (section, options) => {
    expect(load(http(section))).toMatchObject({ ok: true, modules: [{ options }] });
  });

  it("translates oauth2 and CEL", () => {
    const loaded = load(
      http(`
      oauth2: { client_id: a, client_secret_file: /run/password, token_url: "https://id.test/token", scopes: [read], endpoint_params: { audience: shop }, tls_config: { insecure_skip_verify: true } }
      fail_if_body_json_matches_cel: "body.state == 'down'"
      fail_if_body_json_not_matches_cel: "body.jobs.all(x, x.ok)"`),
    );

    expect(loaded).toMatchObject({
      ok: true,
      modules: [
        {
          options: {
            auth: {
              kind: "oauth2",
              token_url: "https://id.test/token",
              client_id: "a",
              client_secret: "from a file",
              scopes: ["read"],
              parameters: { audience: "shop" },
              send: "any",
              tls: { verify: false },
            },
            expect: { cel: ["body.jobs.all(x, x.ok)"], not_cel: ["body.state == 'down'"] },
          },
        },
      ],
    });
  });

  it("masks what is secret", () => {
    const loaded = load(http("{ basic_auth: { username: u, password: hush }, bearer_token: '' }"));

    expect(JSON.stringify(loaded.ok ? loaded.modules.map(({ shown }) => shown) : "")).not.toContain("hush");
    expect(loaded).toMatchObject({
      ok: true,
      modules: [{ shown: { http: { basic_auth: { password: "<secret>" } } } }],
    });
  });

  it.each([
    [
      "modules:\n  m:\n    prober: http\n    invalid_extra_field: 1",
      "yaml: unmarshal errors:\n  line 4: field invalid_extra_field not found in type config.plain",
    ],
    [http("{ valid_status_codes: [200, 99] }"), "http.valid_status_codes.1: "],
    [http("{ fail_if_body_matches_regexp: [''] }"), "http.fail_if_body_matches_regexp.0: "],
    [http("{ valid_status_codes: [abc] }"), "yaml: unmarshal errors:\n  line 4: cannot unmarshal !!str `abc` into int"],
    [
      "modules:\n  m: { prober: http, timeout: 5 }",
      "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!int `5` into time.Duration",
    ],
    [
      "modules:\n  m: { prober: http, timeout: 1d }",
      "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!str `1d` into time.Duration",
    ],
    [
      "modules:\n  m: { prober: http, prober: tcp }",
      'yaml: unmarshal errors:\n  line 2: mapping key "prober" already defined at line 2',
    ],
    ["modules: []", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]config.plain"],
    ["modules:\n  m: { prober: invalid }", "prober 'invalid' is not valid"],
    ["modules:\n  m:", "prober '' is not valid"],
    [http("{ body: a, body_file: /run/password }"), 'module "m": setting body and body_file both are not allowed'],
    [http("{ fail_if_header_matches: [{ header: A }] }"), 'module "m": regexp must be set for HTTP header matchers'],
    [
      http("{ fail_if_header_matches: [{ regexp: a }] }"),
      'module "m": header name must be set for HTTP header matchers',
    ],
    [http("{ oauth2: { token_url: 'http://x' } }"), "oauth2 client_id must be configured"],
    [
      http("{ oauth2: { client_id: a, token_url: 'http://x' } }"),
      "either oauth2 client_secret or client_secret_file must be configured",
    ],
    [http("{ oauth2: { client_id: a, client_secret: b } }"), "oauth2 token_url must be configured"],
    [
      http("{ oauth2: { client_id: a, client_secret: b, client_secret_file: /run/password, token_url: 'http://x' } }"),
      "at most one of oauth2 client_secret & client_secret_file must be configured",
    ],
    [
      http("{ oauth2: { client_id: a, client_secret: b, token_url: 'http://x', bla: 1 } }"),
      "yaml: unmarshal errors:\n  line 4: field bla not found in type config.OAuth2",
    ],
    [
      http("{ basic_auth: { username: a }, oauth2: { client_id: a, client_secret: b, token_url: 'http://x' } }"),
      "at most one of basic_auth, oauth2 & authorization must be configured",
    ],
    [
      http("{ bearer_token: a, oauth2: { client_id: a, client_secret: b, token_url: 'http://x' } }"),
      "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured",
    ],
    [
      http("{ authorization: { credentials: a }, bearer_token: b }"),
      "authorization is not compatible with bearer_token & bearer_token_file",
    ],
    [
      http("{ oauth2: { client_id: a, client_secret: b, token_url: 'http://x', grant_type: jwt } }"),
      'oauth2.grant_type "jwt" is not supported',
    ],
    [
      http("{ oauth2: { client_id: a, client_secret: b, token_url: 'http://x', audience: shop } }"),
      "oauth2.audience is not supported",
    ],
    [http("{ oauth2: { client_id: a, client_secret: b, token_url: x y } }"), "http.auth.token_url: "],
    [
      http("{ fail_if_body_json_matches_cel: 'body.a ==' }"),
      "fail_if_body_json_matches_cel: could not compile the CEL expression: Unexpected token: EOF",
    ],
    [
      http("{ fail_if_body_json_not_matches_cel: 'status == 200' }"),
      "fail_if_body_json_not_matches_cel: the CEL expression knows nothing but body",
    ],
    [
      http("{ valid_http_versions: [HTTP/2.0] }"),
      "valid_http_versions: Watchfire speaks HTTP/1.0 and HTTP/1.1, none of HTTP/2.0",
    ],
    [http("{ basic_auth: { username: u, password_file: /none } }"), "cannot read /none: there is no such file"],
    [
      http("{ basic_auth: { username: u, password: p, password_file: /run/password } }"),
      "at most one of basic_auth password & password_file must be configured",
    ],
    [
      http("{ authorization: { credentials: a, credentials_file: /run/password } }"),
      "at most one of authorization credentials & credentials_file must be configured",
    ],
    [http("{ proxy_url: 'socks5://a:1' }"), "http.proxy_url: a proxy is written as http://host:port"],
    [
      "modules: { m: { prober: tcp, tcp: { tls: true, query_response: [{ starttls: true }] } } }",
      "TLS begins once: with tls: true, or after one entry with starttls",
    ],
    [http("{ method: FOO }"), "http.method: must be one of GET, HEAD"],
    [http("{ fail_if_body_matches_regexp: ['(?=x)'] }"), '"Could not compile regular expression" regexp="(?=x)"'],
    [http("{ basic_auth: { username: u }, bearer_token: b }"), "at most one of basic_auth, oauth2, bearer_token"],
    ["modules: [", "yaml: line "],
    ["modules:\n  m: { prober: http }\n---\nmodules: {}", "yaml: line 3: a second document begins here; one is read"],
    ["modules:\n  m: *x", "yaml: unknown anchor 'x' referenced"],
    [
      http("{ compression: gzip, headers: { accept-encoding: 'br, gzip;q=0' } }"),
      'invalid configuration "accept-encoding: br, gzip;q=0", "compression: gzip"',
    ],
    [
      http("{ authorization: { type: Basic, credentials: a } }"),
      'authorization type cannot be set to "basic", use "basic_auth" instead',
    ],
    [
      "modules:\n  m: { prober: dns, dns: { query_name: a, query_type: XX } }",
      "query type 'XX' is not valid: \"XX\" is no type of record; did you mean",
    ],
  ])("refuses %j with the words of its own program", (text, error) => {
    const loaded = load(text);

    expect(loaded).toMatchObject({ ok: false });
    expect(loaded.ok ? "" : loaded.error).toContain("error parsing config file: ");
    expect(loaded.ok ? "" : loaded.error).toContain(error);
  });

  it("stops at a document that grows by aliases", () => {
    const levels = Array.from({ length: 30 }, (_, level) => {
      const above = level === 0 ? "{ a: b }" : `{ x: *l${level - 1}, y: *l${level - 1} }`;
      return `l${level}: &l${level} ${above}`;
    });

    expect(load(`${levels.join("\n")}\nmodules: *l29\n`)).toMatchObject({ ok: false });
  });

  it.each([
    ["", "EOF"],
    ["# only this\n\n  # and this", "EOF"],
    ["---\n", "the file holds no modules"],
    ["---\n# only this\n", "the file holds no modules"],
    ["%YAML 1.1\n---\n", "the file holds no modules"],
    ["null\n", "the file holds no modules"],
    ["modules:\n", "the file holds no modules"],
    ["modules: ~\n", "the file holds no modules"],
  ])("refuses the file %j that holds nothing", (text, error) => {
    const loaded = load(text);

    expect(loaded.ok ? "" : loaded.error).toMatch(new RegExp(`^error parsing config file: ${error}`));
  });

  it.each(["modules: {}", "{}"])("takes %s, which says that there are none", (text) => {
    expect(load(text)).toEqual({ ok: true, modules: [] });
  });
});
