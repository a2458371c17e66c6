import type { Json } from "../../../core/json.ts";
import type { GoRecord } from "../decode-go.ts";
import { familyOf, refuse, textOf, tlsOptions } from "./client-options.ts";
import { dialogueOf } from "./dialogue.ts";
import type { Prober } from "./prober.ts";

/** blackbox_exporter's tcp prober, done by the `tcp` probe. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/tcp.go */
export const tcp: Prober = {
  prober: "tcp",
  kind: "tcp",
  translate(section, scene) {
    refuse(section, ["source_ip_address"], scene, "tcp.");
    const dialogue = dialogueOf(section, scene);
    const options: Record<string, Json> = { family: familyOf(section), line_end: "lf", dialogue };
    const tls = tlsOptions(section, scene);
    if (section["tls"] === true) options["encryption"] = "tls";
    return speaksTls(options) ? { ...options, tls, certificate: { expiry: "off" } } : options;
  },
  address: (target) => target,
  withHostname(options, hostname) {
    const tls = options["tls"] as GoRecord | undefined;
    if (tls === undefined || textOf(tls, "server_name") !== "") return { options };
    return { options: { ...options, tls: { ...tls, server_name: hostname } } };
  },
};

function speaksTls(options: Readonly<Record<string, Json>>): boolean {
  const dialogue = options["dialogue"] as readonly Readonly<{ starttls?: boolean }>[];
  return options["encryption"] === "tls" || dialogue.some(({ starttls }) => starttls === true);
}
