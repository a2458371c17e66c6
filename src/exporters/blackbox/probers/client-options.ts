import type { Json } from "../../../core/json.ts";
import type { GoRecord, GoValue } from "../decode-go.ts";
import type { TranslationScene } from "./prober.ts";

type MutableOptions = Record<string, Json>;

/** A string of a section; empty when it is absent, as in Go. */
export function textOf(section: GoRecord, key: string): string {
  const value = section[key];
  return typeof value === "string" ? value : "";
}

/** A list of a section; empty when it is absent. */
export function listOf<T extends GoValue>(section: GoRecord, key: string): readonly T[] {
  const value = section[key];
  return Array.isArray(value) ? (value as readonly T[]) : [];
}

/** A map or struct of a section; undefined when it is absent. */
export function recordOf(section: GoRecord, key: string): GoRecord | undefined {
  const value = section[key];
  return typeof value === "object" && !Array.isArray(value) ? (value as GoRecord) : undefined;
}

/** Tells of every key that is set and that Watchfire does not do; a key that is switched off is not set. */
export function refuse(section: GoRecord, keys: readonly string[], scene: TranslationScene, prefix = ""): void {
  for (const key of keys) {
    const value = section[key];
    if (value === undefined || value === false || value === "") continue;
    scene.fault(`${prefix}${key} is not supported`);
  }
}

/** The address family that goes with `preferred_ip_protocol` and `ip_protocol_fallback`; peers take IPv6 where none is named. */
export function familyOf(section: GoRecord, fallbackByDefault = true): "4" | "6" | "prefer_4" | "prefer_6" {
  const preferred = textOf(section, "preferred_ip_protocol");
  const isSix = preferred === "" || preferred === "ip6";
  if (section["ip_protocol_fallback"] === undefined ? fallbackByDefault : section["ip_protocol_fallback"] === true) {
    return isSix ? "prefer_6" : "prefer_4";
  }
  return isSix ? "6" : "4";
}

const versions: Readonly<Record<string, string>> = { TLS10: "1.0", TLS11: "1.1", TLS12: "1.2", TLS13: "1.3" };

/** `tls_config` as the `tls` option of Watchfire's probes. */
export function tlsOptions(section: GoRecord, scene: TranslationScene): Readonly<Record<string, Json>> {
  const config = recordOf(section, "tls_config") ?? {};
  refuse(config, ["ca", "ca_ref", "cert", "cert_ref", "key", "key_ref", "max_version"], scene, "tls_config.");
  const tls: MutableOptions = {};
  const copy = (from: string, to: string): void => {
    if (textOf(config, from) !== "") tls[to] = textOf(config, from);
  };
  copy("ca_file", "ca");
  copy("cert_file", "certificate");
  copy("key_file", "key");
  copy("server_name", "server_name");
  if (config["insecure_skip_verify"] === true) tls["verify"] = false;
  const version = textOf(config, "min_version");
  if (version !== "") {
    if (versions[version] === undefined) scene.fault(`unknown TLS version: ${version}`);
    else tls["min_version"] = versions[version];
  }
  if ((tls["certificate"] === undefined) !== (tls["key"] === undefined)) {
    scene.fault("exactly one of key or key_file must be configured when a client certificate is configured");
  }
  return tls;
}

/** Credentials of the section as the `auth` option; undefined when there are none. */
export function authOptions(section: GoRecord, scene: TranslationScene): Json | undefined {
  const basic = recordOf(section, "basic_auth");
  const authorization = recordOf(section, "authorization");
  const oauth = recordOf(section, "oauth2");
  const bearers = ["bearer_token", "bearer_token_file"].filter((key) => textOf(section, key) !== "");
  if (bearers.length > 1) scene.fault("at most one of bearer_token & bearer_token_file must be configured");
  const conflict = conflictOf({ basic, authorization, oauth, bearers });
  if (conflict !== undefined) scene.fault(conflict);
  const secretOf = (from: GoRecord, key: string, fileKey: string, section = ""): string => {
    const [text, file] = [textOf(from, key), textOf(from, fileKey)];
    if (text !== "" && file !== "") scene.fault(`at most one of ${section}${key} & ${fileKey} must be configured`);
    return file === "" ? text : scene.fileText(file).trim();
  };
  if (basic !== undefined) {
    refuse(basic, ["username_ref", "password_ref"], scene, "basic_auth.");
    const username = secretOf(basic, "username", "username_file", "basic_auth ");
    return { kind: "basic", username, password: secretOf(basic, "password", "password_file", "basic_auth ") };
  }
  if (authorization !== undefined) {
    refuse(authorization, ["credentials_ref"], scene, "authorization.");
    const scheme = textOf(authorization, "type").trim() || "Bearer";
    if (scheme.toLowerCase() === "basic") {
      scene.fault('authorization type cannot be set to "basic", use "basic_auth" instead');
    }
    return {
      kind: "bearer",
      scheme,
      token: secretOf(authorization, "credentials", "credentials_file", "authorization "),
    };
  }
  return bearers.length === 0
    ? undefined
    : { kind: "bearer", token: secretOf(section, "bearer_token", "bearer_token_file") };
}

type Ways = Readonly<{
  basic: GoRecord | undefined;
  authorization: GoRecord | undefined;
  oauth: GoRecord | undefined;
  bearers: readonly string[];
}>;

/** In the words of peers; there is one way to log in. */
function conflictOf({ basic, authorization, oauth, bearers }: Ways): string | undefined {
  if (authorization !== undefined && bearers.length > 0)
    return "authorization is not compatible with bearer_token & bearer_token_file";
  const others = [basic, oauth].filter((each) => each !== undefined).length;
  if (bearers.length > 0 && others > 0)
    return "at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured";
  if (others + (authorization === undefined ? 0 : 1) > 1)
    return "at most one of basic_auth, oauth2 & authorization must be configured";
  return undefined;
}
