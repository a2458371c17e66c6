import type { Json } from "../../../core/json.ts";
import type { GoRecord } from "../decode-go.ts";
import { authOptions, familyOf, listOf, recordOf, refuse, textOf, tlsOptions } from "./client-options.ts";
import type { Prober, TranslationScene } from "./prober.ts";

/** What peers read of `http_config` and then ignore. */
const ignored = [
  "oauth2",
  "proxy_url",
  "no_proxy",
  "proxy_from_environment",
  "proxy_connect_header",
  "http_headers",
] as const;

/** blackbox_exporter's websocket prober, done by the `websocket` probe. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/websocket.go */
export const websocket: Prober = {
  prober: "websocket",
  kind: "websocket",
  translate(section, scene) {
    const config = recordOf(section, "http_config") ?? {};
    refuse(config, ignored, scene, "http_config.");
    const auth = authOptions(config, scene);
    const { origin, ...headers } = headersOf(section, scene);
    return {
      family: familyOf(section),
      tls: tlsOptions(config, scene),
      certificate: { expiry: "off" },
      headers,
      dialogue: dialogueOf(section, scene),
      ...(origin !== undefined && { origin }),
      ...(auth !== undefined && { auth }),
    };
  },
  address: (target) => target,
};

/** Headers by their name in lower case. */
function headersOf(section: GoRecord, scene: TranslationScene): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, header] of Object.entries(recordOf(section, "headers") ?? {})) {
    const record = header as GoRecord;
    const files = listOf<string>(record, "files").map((path) => scene.fileText(path).trim());
    const values = [...listOf<string>(record, "values"), ...listOf<string>(record, "secrets"), ...files];
    if (values.length > 1) scene.fault(`more than one value for the header ${name} is not supported`);
    headers[name.toLowerCase()] = values[0] ?? "";
  }
  return headers;
}

function dialogueOf(section: GoRecord, scene: TranslationScene): readonly Json[] {
  return listOf<GoRecord>(section, "query_response").flatMap((entry) => {
    for (const key of ["expect_bytes", "starttls"]) refuse(entry, [key], scene, "query_response.");
    if (listOf(entry, "labels").length > 0) scene.fault("query_response.labels is not supported");
    const [expect, send] = [textOf(entry, "expect"), textOf(entry, "send")];
    return [...(expect === "" ? [] : [{ expect_next: expect }]), ...(send === "" ? [] : [{ send }])];
  });
}
