import type { Json } from "../../../core/json.ts";
import { tlsOptions } from "./client-options.ts";
import { dialogueOf } from "./dialogue.ts";
import type { Prober } from "./prober.ts";

/** blackbox_exporter's unix prober, done by the `unix` probe. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/unix.go */
export const unix: Prober = {
  prober: "unix",
  kind: "unix",
  translate(section, scene) {
    const dialogue = dialogueOf(section, scene);
    const options: Readonly<Record<string, Json>> = { line_end: "lf", dialogue };
    const tls = tlsOptions(section, scene);
    const speaksTls =
      section["tls"] === true || dialogue.some((step) => (step as { starttls?: boolean }).starttls === true);
    if (!speaksTls) return options;
    return { ...options, ...(section["tls"] === true && { encryption: "tls" }), tls, certificate: { expiry: "off" } };
  },
  address: (target) => target,
};
