import { describe, expect, it } from "vitest";
import { gauge, hours, type PackCases, playPack } from "../../../test/support/worlds/pack-world.ts";
import type { RulePack } from "../../core/alerting/rule-pack.ts";
import { availability, certificates, domains } from "./sites.ts";

const nowS = Date.UTC(2026, 10, 23, 2, 0, 0) / 1000;
const dayS = 86_400;
const web = { tier: "application" };

/** Ordinary for a week, and then so many times as slow. */
function slowAfterAWeek(times: number, atMinute: number) {
  return {
    minutes: atMinute + hours,
    courses: [
      {
        ...gauge("probe_duration_seconds", (minute) => (minute < atMinute ? 0.2 : 0.2 * times)),
        labels: { ...web, check: "shop", instance: "http://shop/", env: "production" },
      },
    ],
  };
}

const cases: Readonly<Record<string, PackCases>> = {
  availability: {
    AvailabilityLow: {
      fires: { minutes: hours, courses: [gauge("probe_success", (minute) => (minute % 10 === 0 ? 0 : 1))] },
      as: "warning",
      silent: { minutes: 2 * hours, courses: [gauge("probe_success", (minute) => (minute % 40 === 39 ? 0 : 1))] },
    },
    AnswersSlowerThanLastWeek: {
      fires: slowAfterAWeek(4, 50 * hours),
      as: "info",
      silent: slowAfterAWeek(2, 50 * hours),
    },
  },
  certificates: {
    CertificateExpiresSoon: {
      fires: { minutes: 15, courses: [gauge("probe_ssl_earliest_cert_expiry", nowS + 6 * dayS)] },
      as: "critical",
      silent: { minutes: 30, courses: [gauge("probe_ssl_earliest_cert_expiry", nowS + 25 * dayS)] },
    },
  },
  domains: {
    DomainExpiresSoon: {
      fires: {
        minutes: 10,
        courses: [
          gauge("domain_expiry_days", 20, { domain: "shop.example" }),
          gauge("domain_probe_success", 1, { domain: "shop.example" }),
        ],
      },
      as: "warning",
      // A look-up that was refused.
      silent: {
        minutes: 30,
        courses: [
          gauge("domain_expiry_days", -1, { domain: "shop.example" }),
          gauge("domain_probe_success", 0, { domain: "shop.example" }),
        ],
      },
    },
  },
};

describe.each<readonly [string, RulePack]>([
  ["availability", availability],
  ["certificates", certificates],
  ["domains", domains],
])("alerting/packs/sites %s", (name, pack) => {
  const own = cases[name] ?? {};

  it("has a case for every rule", () => {
    expect(Object.keys(own).sort()).toEqual(Object.keys(pack.rules).sort());
  });

  it.each(Object.entries(own))("%s fires and stays silent", (id, { fires, as, silent }) => {
    expect(playPack(pack, [id], fires).at(-1)).toContain(`${id} ${as}`);
    expect(new Set(playPack(pack, [id], silent).flat())).toEqual(new Set());
  });
});
