import { recordTypeSchema } from "../../../core/dns/record-type.ts";
import type { Json } from "../../../core/json.ts";
import type { GoRecord } from "../decode-go.ts";
import { familyOf, listOf, recordOf, refuse, textOf, tlsOptions } from "./client-options.ts";
import type { Prober, TranslationScene } from "./prober.ts";

type Options = Record<string, Json>;

/** blackbox_exporter's dns prober, done by the `dns` probe. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/dns.go */
export const dns: Prober = {
  prober: "dns",
  kind: "dns",
  keys: { name: "query_name", "expect.rcodes": "valid_rcodes" },
  translate(section, scene) {
    refuse(section, ["source_ip_address"], scene, "dns.");
    if (textOf(section, "query_name") === "") scene.fault("query name must be set for DNS module");
    const queryClass = textOf(section, "query_class");
    if (queryClass !== "" && queryClass !== "IN") scene.fault(`query class '${queryClass}' is not supported`);
    const type = textOf(section, "query_type") || "ANY";
    const known = recordTypeSchema.safeParse(type);
    if (!known.success) scene.fault(`query type '${type}' is not valid: ${known.error.issues[0]?.message}`);
    const rcodes = listOf<string>(section, "valid_rcodes");
    const isTls = section["dns_over_tls"] === true;
    const options: Options = {
      name: textOf(section, "query_name"),
      type,
      transport: transportOf(section, isTls, scene),
      recurse: section["recursion_desired"] !== false,
      family: familyOf(section),
      expect: {
        rcodes: rcodes.length === 0 ? ["NOERROR"] : rcodes,
        min_answers: 0,
        answer: recordsOf(section, "validate_answer_rrs", scene),
        authority: recordsOf(section, "validate_authority_rrs", scene),
        additional: recordsOf(section, "validate_additional_rrs", scene),
      },
    };
    return isTls ? { ...options, tls: tlsOptions(section, scene) } : options;
  },
  address: (target) => target,
  withQuestion: (options, name, type) => ({ ...options, ...(name !== "" && { name }), ...(type !== "" && { type }) }),
};

function transportOf(section: GoRecord, isTls: boolean, scene: TranslationScene): string {
  const protocol = textOf(section, "transport_protocol") || "udp";
  if (protocol !== "udp" && protocol !== "tcp") {
    scene.fault(`configuration error: Expected transport protocol udp or tcp, got ${protocol}`);
  }
  if (!isTls) return protocol;
  if (protocol !== "tcp") scene.fault("configuration error: Expected transport protocol tcp for DNS over TLS");
  return "tls";
}

function recordsOf(section: GoRecord, key: string, scene: TranslationScene): Options {
  const checks = recordOf(section, key) ?? {};
  if (listOf(checks, "fail_if_all_match_regexp").length > 0) {
    const instead = "write fail_if_not_matches_regexp or fail_if_matches_regexp, whichever is meant";
    scene.fault(`${key}: fail_if_all_match_regexp is not supported, as it does the opposite of its name; ${instead}`);
  }
  return {
    none_match: listOf<string>(checks, "fail_if_matches_regexp"),
    all_match: listOf<string>(checks, "fail_if_not_matches_regexp"),
    any_matches: listOf<string>(checks, "fail_if_none_matches_regexp"),
  };
}
