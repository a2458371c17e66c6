import { compileCel } from "../../../core/cel/cel-program.ts";
import type { Json } from "../../../core/json.ts";
import type { GoRecord } from "../decode-go.ts";
import { authOptions, familyOf, listOf, recordOf, refuse, textOf, tlsOptions } from "./client-options.ts";
import { oauthOptions } from "./oauth-options.ts";
import type { Prober, TranslationScene } from "./prober.ts";

type Options = Record<string, Json>;

const mostBodyBytes = 64 * 1024 ** 2;
const codings: ReadonlySet<string> = new Set(["gzip", "br", "deflate"]);

const unsupported = ["enable_http3", "no_proxy", "proxy_from_environment", "proxy_connect_header"];

const celKeys = [
  ["fail_if_body_json_not_matches_cel", "cel"],
  ["fail_if_body_json_matches_cel", "not_cel"],
] as const;

/** blackbox_exporter's http prober, done by the `http` probe. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/http.go */
export const http: Prober = {
  prober: "http",
  kind: "http",
  keys: {
    "expect.status": "valid_status_codes",
    "expect.matches": "fail_if_body_not_matches_regexp",
    "expect.not_matches": "fail_if_body_matches_regexp",
    "auth.username": "basic_auth.username",
    "auth.password": "basic_auth.password",
    "auth.token": "authorization.credentials",
    "auth.scheme": "authorization.type",
    proxy: "proxy_url",
    proxy_auth: "proxy_url",
  },
  translate(section, scene) {
    refuse(section, unsupported, scene, "http.");
    const headers = headersOf(section, scene);
    const coding = codingOf(section, scene);
    const tls = tlsOptions(section, scene);
    const options: Options = {
      method: textOf(section, "method") || "GET",
      headers,
      tls: withServerName(tls, headers["host"]),
      family: familyOf(section),
      follow_redirects: followsRedirects(section),
      max_redirects: 10,
      body_limit: `${bodyLimit(section)}B`,
      certificate: { expiry: "off" },
      expect: { ...expectationsOf(section, scene), ...(coding !== undefined && { compression: coding }) },
    };
    if (coding !== undefined && headers["accept-encoding"] === undefined) options["compression"] = coding;
    const auth = [authOptions(section, scene), oauthOptions(section, scene)].find((each) => each !== undefined);
    if (auth !== undefined) options["auth"] = auth;
    const body = bodyOf(section, scene);
    if (body !== "") options["body"] = body;
    return { ...options, ...proxyOf(section, scene) };
  },
  address: (target) => (/^https?:\/\//i.test(target) ? target : `http://${target}`),
  withHostname(options, hostname) {
    const headers = options["headers"] as Readonly<Record<string, string>>;
    const own = headers["host"];
    if (own !== undefined && own !== hostname) {
      const conflict = `host header defined both in module configuration (${own}) and with URL-parameter 'hostname' (${hostname})`;
      return { conflict };
    }
    const tls = withServerName(options["tls"] as Options, hostname);
    return { options: { ...options, headers: { ...headers, host: hostname }, tls } };
  },
};

function headersOf(section: GoRecord, scene: TranslationScene): Record<string, string> {
  const headers: Record<string, string> = {};
  const own = recordOf(section, "headers") ?? {};
  for (const name of Object.keys(own)) headers[name.toLowerCase()] = textOf(own, name);
  for (const [name, header] of Object.entries(recordOf(section, "http_headers") ?? {})) {
    const entry = header as GoRecord;
    const values = [
      ...listOf<string>(entry, "values"),
      ...listOf<string>(entry, "secrets"),
      ...listOf<string>(entry, "files").map((path) => scene.fileText(path).trim()),
    ];
    headers[name.toLowerCase()] = [headers[name.toLowerCase()], ...values]
      .filter((value) => value !== undefined)
      .join(", ");
  }
  return headers;
}

/** The Host header names the certificate too, unless the module says otherwise. */
function withServerName(tls: Readonly<Record<string, Json>>, host: string | undefined): Readonly<Record<string, Json>> {
  if (host === undefined || tls["server_name"] !== undefined) return tls;
  return { ...tls, server_name: host.replace(/:\d+$/, "") };
}

function followsRedirects(section: GoRecord): boolean {
  if (section["no_follow_redirects"] !== undefined) return section["no_follow_redirects"] !== true;
  return section["follow_redirects"] !== false;
}

function bodyLimit(section: GoRecord): number {
  const limit = section["body_size_limit"];
  return typeof limit !== "number" || limit <= 0 ? mostBodyBytes : Math.min(mostBodyBytes, Math.floor(limit));
}

/** What is not compressed so fails, there as here. */
function codingOf(section: GoRecord, scene: TranslationScene): string | undefined {
  const coding = textOf(section, "compression").toLowerCase();
  if (coding === "") return undefined;
  const headers = recordOf(section, "headers") ?? {};
  for (const name of Object.keys(headers).filter((each) => each.toLowerCase() === "accept-encoding")) {
    const accepted = textOf(headers, name);
    if (accepts(accepted, coding)) continue;
    scene.fault(`invalid configuration "${name}: ${accepted}", "compression: ${textOf(section, "compression")}"`);
  }
  if (coding === "identity") return undefined;
  if (!codings.has(coding)) scene.fault(`compression "${coding}" is not supported`);
  return coding;
}

/** True where the coding, or `*`, is listed with more weight than none; the weightiest that fits decides. */
function accepts(accepted: string, coding: string): boolean {
  if (accepted === "") return true;
  const listed = accepted
    .toLowerCase()
    .split(",")
    .map((part) => part.trim().split(/\s*;\s*/));
  const weights = listed.flatMap(([name, q = "q=1"]) =>
    name === coding || name === "*" ? [Number(q.replace(/^q=/, ""))] : [],
  );
  return Math.max(0, ...weights) > 0;
}

function bodyOf(section: GoRecord, scene: TranslationScene): string {
  const [body, path] = [textOf(section, "body"), textOf(section, "body_file")];
  if (body !== "" && path !== "") scene.fault("setting body and body_file both are not allowed");
  return path === "" ? body : scene.fileText(path);
}

function proxyOf(section: GoRecord, scene: TranslationScene): Options {
  const written = textOf(section, "proxy_url");
  if (written === "") return {};
  if (!URL.canParse(written)) {
    scene.fault(`proxy_url "${written}" is not a URL`);
    return {};
  }
  const url = new URL(written);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  if (username === "") return { proxy: url.href };
  const auth = { username: decodeURIComponent(username), password: decodeURIComponent(password) };
  return { proxy: url.href, proxy_auth: auth };
}

function expectationsOf(section: GoRecord, scene: TranslationScene): Options {
  const expect: Options = {
    matches: listOf<string>(section, "fail_if_body_not_matches_regexp"),
    not_matches: listOf<string>(section, "fail_if_body_matches_regexp"),
    headers: headerExpectations(section, scene),
  };
  for (const [key, option] of celKeys) {
    const source = textOf(section, key);
    if (source === "") continue;
    const compiled = compileCel(source);
    if ("problem" in compiled) scene.fault(`${key}: could not compile the CEL expression: ${compiled.problem}`);
    else if (!compiled.program.readsOnlyBody) scene.fault(`${key}: the CEL expression knows nothing but body`);
    else expect[option] = [source];
  }
  const codes = listOf<number>(section, "valid_status_codes");
  if (codes.length > 0) expect["status"] = codes;
  const limit = section["body_size_limit"];
  if (typeof limit === "number" && limit > 0) expect["size"] = { max: `${bodyLimit(section)}B` };
  if (section["fail_if_ssl"] === true) expect["tls"] = "forbidden";
  if (section["fail_if_not_ssl"] === true) expect["tls"] = "required";
  const versions = listOf<string>(section, "valid_http_versions");
  const ours = ["HTTP/1.0", "HTTP/1.1"].filter((version) => versions.includes(version));
  if (versions.length > 0 && ours.length === 0) {
    scene.fault(`valid_http_versions: Watchfire speaks HTTP/1.0 and HTTP/1.1, none of ${versions.join(", ")}`);
  }
  if (ours.length === 1) expect["http_version"] = String(ours[0]).slice("HTTP/".length);
  return expect;
}

type HeaderRule = { matches: string[]; not_matches: string[]; optional: boolean };

function headerExpectations(section: GoRecord, scene: TranslationScene): Options {
  const rules: Record<string, HeaderRule> = {};
  const add = (key: string, side: "matches" | "not_matches"): void => {
    for (const matcher of listOf<GoRecord>(section, key)) {
      const name = textOf(matcher, "header").toLowerCase();
      const pattern = textOf(matcher, "regexp");
      if (name === "") scene.fault("header name must be set for HTTP header matchers");
      if (pattern === "") scene.fault("regexp must be set for HTTP header matchers");
      const rule = rules[name] ?? { matches: [], not_matches: [], optional: true };
      rule[side].push(pattern);
      rules[name] = { ...rule, optional: rule.optional && matcher["allow_missing"] === true };
    }
  };
  add("fail_if_header_matches", "not_matches");
  add("fail_if_header_not_matches", "matches");
  return rules;
}
