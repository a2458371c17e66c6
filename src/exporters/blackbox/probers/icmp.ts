import type { Json } from "../../../core/json.ts";
import { familyOf, refuse } from "./client-options.ts";
import type { Prober } from "./prober.ts";

/** Bytes of the text that peers send where the module names no size. */
const defaultPayloadBytes = 28;
/** The deadline of the probe ends the wait. */
const replyWithin = "60s";

/** blackbox_exporter's icmp prober, done by the `icmp` probe with one packet. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/icmp.go */
export const icmp: Prober = {
  prober: "icmp",
  kind: "icmp",
  translate(section, scene) {
    refuse(section, ["source_ip_address"], scene, "icmp.");
    const { ttl, payload_size: size } = section;
    if (typeof ttl === "number" && ttl < 0) scene.fault('"ttl" cannot be negative');
    if (typeof ttl === "number" && ttl > 255) scene.fault('"ttl" cannot exceed 255');
    const options: Record<string, Json> = {
      family: familyOf(section),
      packets: 1,
      reply_within: replyWithin,
      payload_size: typeof size === "number" && size > 0 ? size : defaultPayloadBytes,
      dont_fragment: section["dont_fragment"] === true,
    };
    // Zero is the system's own number.
    return ttl === 0 ? options : { ...options, hop_limit: typeof ttl === "number" ? ttl : 64 };
  },
  address: (target) => target,
};
