import type { Json } from "../../../core/json.ts";
import type { GoRecord } from "../decode-go.ts";
import { listOf, recordOf, refuse, textOf, tlsOptions } from "./client-options.ts";
import type { TranslationScene } from "./prober.ts";

const unsupported = [
  "client_secret_ref",
  "client_certificate_key_id",
  "client_certificate_key",
  "client_certificate_key_file",
  "client_certificate_key_ref",
  "signature_algorithm",
  "iss",
  "audience",
  "claims",
  "proxy_url",
  "no_proxy",
  "proxy_from_environment",
  "proxy_connect_header",
];

/** `oauth2` as the `auth` option of the http probe; undefined when it is absent or a fault. @see https://github.com/prometheus/common/blob/main/config/http_config.go */
export function oauthOptions(section: GoRecord, scene: TranslationScene): Json | undefined {
  const oauth = recordOf(section, "oauth2");
  if (oauth === undefined) return undefined;
  refuse(oauth, unsupported, scene, "oauth2.");
  const grant = textOf(oauth, "grant_type");
  if (grant !== "" && grant !== "client_credentials") scene.fault(`oauth2.grant_type "${grant}" is not supported`);
  const [id, address] = [textOf(oauth, "client_id"), textOf(oauth, "token_url")];
  const [secret, file] = [textOf(oauth, "client_secret"), textOf(oauth, "client_secret_file")];
  const fault = faultOf({ id, address, secret, file });
  if (fault !== undefined) {
    scene.fault(fault);
    return undefined;
  }
  const parameters = recordOf(oauth, "endpoint_params") ?? {};
  return {
    kind: "oauth2",
    token_url: address,
    client_id: id,
    client_secret: file === "" ? secret : scene.fileText(file).trim(),
    scopes: listOf<string>(oauth, "scopes"),
    parameters: Object.fromEntries(Object.keys(parameters).map((name) => [name, textOf(parameters, name)])),
    // Which of the two a server wants is found out by trying.
    send: "any",
    tls: tlsOptions(oauth, scene),
  };
}

type Written = Readonly<{ id: string; address: string; secret: string; file: string }>;

function faultOf({ id, address, secret, file }: Written): string | undefined {
  if (id === "") return "oauth2 client_id must be configured";
  if (secret === "" && file === "") return "either oauth2 client_secret or client_secret_file must be configured";
  if (address === "") return "oauth2 token_url must be configured";
  if (secret !== "" && file !== "")
    return "at most one of oauth2 client_secret & client_secret_file must be configured";
  return undefined;
}
