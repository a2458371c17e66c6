import type { Json } from "../../../core/json.ts";
import { formatHostPort, parseHostPort } from "../../../core/net/host-port.ts";
import { familyOf, recordOf, textOf, tlsOptions } from "./client-options.ts";
import type { Prober } from "./prober.ts";

/** blackbox_exporter's grpc prober, done by the `grpc` probe. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/grpc.go */
export const grpc: Prober = {
  prober: "grpc",
  kind: "grpc",
  translate(section, scene) {
    const tls = tlsOptions(section, scene);
    const options: Record<string, Json> = {
      // Peers fall back only where the section is there; an empty one cannot be told from none.
      family: familyOf(section, Object.keys(section).length > 0),
      grpc_service: textOf(section, "service"),
      metadata: recordOf(section, "metadata") ?? {},
    };
    return section["tls"] === true ? { ...options, encryption: "tls", tls, certificate: { expiry: "off" } } : options;
  },
  address(target, options) {
    const scheme = /^https?:\/\//.exec(target)?.[0];
    const place = scheme === undefined ? target : (target.slice(scheme.length).split("/", 1)[0] ?? "");
    const parsed = parseHostPort(place);
    if (parsed === undefined || parsed.port !== undefined) return place;
    return formatHostPort({ host: parsed.host, port: options["encryption"] === "tls" ? 443 : 80 });
  },
};
