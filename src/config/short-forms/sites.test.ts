import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/memory-config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { renderIssue } from "../issue.ts";
import { type ConfigOutcome, loadConfig } from "../load-config.ts";

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
  it("expands the images of a site to a check of their own, with times of their own", async () => {
    const outcome = await load(`services: { shop: {} }
sites:
  shop:
    { url: https://shop.example.com/, service: shop, severity: warning, interval: 10s, timeout: 5s, images: { min: 5 } }
  blog: { url: https://blog.example.com/, severity: warning, images: { severity: info, interval: 10m } }`);

    expect(outcome.issues).toEqual([]);
    expect(
      outcome.ok &&
        outcome.config.checks.map((check) => [check.id, check.probe, check.severity, check.service, check.options]),
    ).toEqual([
      ["shop", "http", "warning", "shop", {}],
      ["shop-images", "images", "warning", "shop", { min: 5 }],
      ["blog", "http", "warning", undefined, {}],
      ["blog-images", "images", "info", undefined, {}],
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
  ])("refuses %s", async (images, problem) => {
    const issues = await issuesOf(`sites: { shop: { url: https://shop.example.com/, ${images} } }`);

    expect(issues).toHaveLength(1);
    expect(issues[0]).toContain(problem);
  });

  it("refuses a check of the same id, and an id that gets too long", async () => {
    const images = "images: {}";
    const long = "a".repeat(60);

    expect(
      await issuesOf(`sites: { shop: { url: https://shop.example.com/, ${images} } }
checks: { shop-images: { probe: http, target: https://shop.example.com/ } }`),
    ).toEqual([expect.stringContaining('there is already a check "shop-images"')]);
    expect(await issuesOf(`sites: { ${long}: { url: https://shop.example.com/, ${images} } }`)).toEqual([
      expect.stringContaining("longer than 63 characters"),
    ]);
  });
});
