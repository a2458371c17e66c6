import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { type ConfigOutcome, loadConfig } from "../load-config.ts";
import { renderIssue } from "../source/issue.ts";

const load = (yaml: string): Promise<ConfigOutcome> =>
  loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": yaml, "config/production.yaml": "" }),
    env: fixedEnv({}),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections: {},
  });

const issuesOf = async (yaml: string): Promise<readonly string[]> => (await load(yaml)).issues.map(renderIssue);

describe("config/short-forms/sites", () => {
  const checksOf = (outcome: ConfigOutcome): readonly unknown[] =>
    outcome.ok
      ? outcome.config.checks.map((check) => [
          check.id,
          check.probe,
          check.targets[0]?.address,
          check.severity,
          check.options,
        ])
      : [];

  it("expands a site to its page, its images, its certificate and its domain, with times of their own", async () => {
    const outcome = await load(`services: { shop: {} }
sites:
  shop:
    { url: https://www.shop.example.com/, service: shop, severity: warning, interval: 10s, timeout: 5s, images: { min: 5 } }`);

    expect(outcome.issues).toEqual([]);
    expect(checksOf(outcome)).toEqual([
      ["shop", "http", "https://www.shop.example.com/", "warning", { certificate: { expiry: "off" } }],
      ["shop-images", "images", "https://www.shop.example.com/", "warning", { min: 5 }],
      ["shop-certificate", "certificate", "www.shop.example.com", "warning", {}],
      ["shop-domain", "domain", "example.com", "warning", {}],
    ]);
    expect(outcome.ok && outcome.config.checks.every(({ service }) => service === "shop")).toBe(true);
    expect(outcome.ok && outcome.config.checks.map(({ schedule }) => schedule)).toMatchObject([
      { everyMs: 10_000 },
      { everyMs: 300_000 },
      { everyMs: 3_600_000 },
      { everyMs: 43_200_000 },
    ]);
    expect(outcome.ok && outcome.config.checks.map(({ blindAfterMs }) => blindAfterMs / 60_000)).toEqual([
      15, 15, 180, 2160,
    ]);
  });

  it("hands what the page has to say to its check, also that known error pages are an outage", async () => {
    const line = "{ url: http://a.example.com/, contains: [a], not_contains: [b], error_pages: zh }";
    const outcome = await load(`sites: { plain: ${line} }`);

    expect(outcome.ok && outcome.config.checks[0]?.options).toEqual({
      expect: { contains: ["a"], not_contains: ["b"], error_pages: "zh" },
    });
    const wrong = await load("sites: { plain: { url: http://a.example.com/, error_pages: cn } }");
    expect(wrong.issues.map(renderIssue).join()).toContain("sites.plain.error_pages");
  });

  it("asks for a certificate only where there is one, and for a domain only where one is registered, once", async () => {
    const outcome = await load(`sites:
  plain: { url: "http://www.example.com/" }
  other: { url: "https://shop.example.com:8443/", images: { severity: info, interval: 10m } }
  inside: { url: "https://wiki.internal/" }
  address: { url: "https://192.0.2.1/" }
  none: { url: "https://example.org/", certificate: false, domain: false }
  own: { url: "https://www.example.com/", certificate: { warning: 60d }, domain: { registrar: A, interval: 1d } }`);

    expect(outcome.issues).toEqual([]);
    const off = { certificate: { expiry: "off" } };
    expect(checksOf(outcome)).toEqual([
      ["plain", "http", "http://www.example.com/", "critical", {}],
      ["plain-domain", "domain", "example.com", "critical", {}],
      ["other", "http", "https://shop.example.com:8443/", "critical", off],
      ["other-images", "images", "https://shop.example.com:8443/", "info", {}],
      ["other-certificate", "certificate", "shop.example.com:8443", "critical", {}],
      ["inside", "http", "https://wiki.internal/", "critical", off],
      ["inside-certificate", "certificate", "wiki.internal", "critical", {}],
      ["address", "http", "https://192.0.2.1/", "critical", off],
      ["address-certificate", "certificate", "192.0.2.1", "critical", {}],
      ["none", "http", "https://example.org/", "critical", {}],
      ["own", "http", "https://www.example.com/", "critical", off],
      ["own-certificate", "certificate", "www.example.com", "critical", { warning: "60d" }],
      ["own-domain", "domain", "example.com", "critical", { registrar: "A" }],
    ]);
  });

  it("points at what is wrong with the images of a site where it was written", async () => {
    const issues = await issuesOf(`sites:
  shop: { url: https://shop.example.com/, images: { mini: 5, interval: 5, kinds: [frame] } }
  blog: { url: "https://u:p@blog.example.com/", images: {} }`);

    expect(issues).toEqual([
      'config/base.yaml:2:53: sites.shop.images.mini: unknown key "mini"; did you mean "min"? (layer base)',
      "config/base.yaml:2:72: sites.shop.images.interval: must be a text such as 30s or 1h30m, not the value 5 (layer base)",
      'config/base.yaml:2:83: sites.shop.images.kinds[0]: must be one of image, script, stylesheet, font, media, not the text "frame" (layer base)',
      expect.stringContaining("config/base.yaml:3:16: sites.blog.url: the address holds a user name or password"),
    ]);
  });

  it.each([
    ["images: { probe: http }", "has no keys probe, target and use"],
    ["images: true", "images"],
    ["certificate: true", "certificate"],
    ["domain: { target: a.com }", "has no keys probe, target and use"],
    ["domain: { expires: soon }", "write it as 2027-05-31"],
  ])("refuses %s", async (images, problem) => {
    const issues = await issuesOf(`sites: { shop: { url: https://shop.example.com/, ${images} } }`);

    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(problem);
  });

  it("gives the edges of a site to its page, its certificate and its images, which tell each difference once", async () => {
    const edges = "{ resolvers: [192.0.2.53], providers: [telecom], max_addresses: 4";
    const outcome = await load(`sites:
  shop: { url: https://shop.example.com/, edges: ${edges} }, images: {}, domain: false }
  own: { url: https://own.example.com/, edges: ${edges}, compare: [body] }, certificate: { edges: {} }, domain: false }
  plain: { url: "http://plain.internal/", edges: ${edges} } }`);

    const given = { resolvers: ["192.0.2.53"], providers: ["telecom"], max_addresses: 4 };
    const off = { certificate: { expiry: "off" } };
    expect(outcome.issues).toEqual([]);
    expect(checksOf(outcome).map((check) => (check as readonly unknown[])[4])).toEqual([
      { ...off, edges: { ...given, compare: ["status"] } },
      { edges: { ...given, compare: ["image"] } },
      { edges: given },
      { ...off, edges: { ...given, compare: ["body"] } },
      { edges: {} },
      { edges: given },
    ]);
  });

  it("points at what is wrong with the edges of a site once, where it was written", async () => {
    expect(
      await issuesOf("sites: { shop: { url: https://shop.example.com/, edges: { resolver: [a] }, images: {} } }"),
    ).toEqual([
      expect.stringContaining('sites.shop.edges.resolver: unknown key "resolver"; did you mean "resolvers"?'),
    ]);
  });

  it("refuses a check of the same id, and an id that gets too long", async () => {
    const images = "images: {}";
    const long = "a".repeat(60);

    expect(
      await issuesOf(`sites: { shop: { url: https://shop.example.com/, ${images} } }
checks: { shop-images: { probe: http, target: https://shop.example.com/ } }`),
    ).toEqual([expect.stringContaining('there is already a check "shop-images"')]);
    expect(await issuesOf(`sites: { ${long}: { url: http://shop.internal/, ${images} } }`)).toEqual([
      expect.stringContaining("longer than 63 characters"),
    ]);
  });
});
