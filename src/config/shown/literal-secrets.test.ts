import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { loadConfig } from "../load-config.ts";
import type { LoadedConfig } from "../loaded-config.ts";
import { renderIssue } from "../source/issue.ts";
import { diffConfigs } from "./diff-configs.ts";
import { isSecretHeader, withoutAddressSecrets, withoutDefaults } from "./literal-secrets.ts";
import { showExpanded } from "./show.ts";

async function load(text: string): Promise<LoadedConfig> {
  const outcome = await loadConfig({
    files: memoryConfigFiles({ "w.yaml": text }),
    env: fixedEnv({ TOKEN: "from-outside" }),
    directory: "w.yaml",
    environment: "test",
    probes: probeKinds,
    sections: {},
  });
  expect(outcome.issues.map(renderIssue)).toEqual([]);
  if (!outcome.ok) throw new Error("not loaded");
  return outcome.config;
}

const text = `services: { shop: { links: { logs: "https://deploy:hunter1@logs.example.com/" } } }
checks:
  shop:
    probe: http
    target: https://shop.example.com/?page=2&access_token=hunter2
    headers:
      Authorization: Bearer hunter3
      X-Shop-Token: "\${TOKEN}"
      X-Api-Key: "\${NONE:-hunter4}"
      Accept: text/html
`;

describe("config/shown/literal-secrets", () => {
  it.each([
    ["headers", "Authorization", true],
    ["headers", "proxy-authorization", true],
    ["headers", "COOKIE", true],
    ["headers", "X-Auth-Token", true],
    ["metadata", "x-api-key", true],
    ["headers", "PRIVATE-TOKEN", true],
    ["headers", "X-Monkey", false],
    ["headers", "Accept", false],
    ["headers", "Keyword", false],
    ["labels", "token", false],
  ])("knows whether %s.%s carries a credential", (map, name, isSecret) => {
    expect(isSecretHeader(["checks", "a", map, name])).toBe(isSecret);
  });

  it.each([
    ["https://a:b@x.example/", "https://a:<secret>@x.example/"],
    ["https://a:b@c/d@e", "https://a:<secret>@c/d@e"],
    ["https://a:b@b@c/d", "https://a:<secret>@c/d"],
    ["https://ghp_1@x.example/", "https://<secret>@x.example/"],
    ["https://x.example/@scope/pkg", "https://x.example/@scope/pkg"],
    ["https://x.example/?token=1&q=2", "https://x.example/?token=<secret>&q=2"],
    ["https://x.example/?q=2&API_KEY=1#f", "https://x.example/?q=2&API_KEY=<secret>#f"],
    ["https://x.example/?monkey=1&key=${KEY}&sort=key", "https://x.example/?monkey=1&key=${KEY}&sort=key"],
    ["https://${USER}:${PW}@x.example/", "https://${USER}:${PW}@x.example/"],
    ["a sentence about token=x", "a sentence about token=x"],
  ])("shows %s as %s", (written, shown) => {
    expect(withoutAddressSecrets(written)).toBe(shown);
  });

  it("hides what the default of a variable gives away", () => {
    expect(withoutDefaults("Bearer ${TOKEN:-abc}")).toBe("Bearer ${TOKEN:-<secret>}");
    expect(withoutDefaults("${TOKEN} ${file:/run/x}")).toBe("${TOKEN} ${file:/run/x}");
  });

  it("shows no literal secret of a check, and says where each stands", async () => {
    const config = await load(text);

    expect(showExpanded(config)).not.toMatch(/hunter|from-outside/);
    expect(showExpanded(config)).toContain("https://shop.example.com/?page=2&access_token=<secret>");
    expect(showExpanded(config)).toContain("Accept: text/html");
    expect(JSON.stringify(config.shown)).not.toMatch(/hunter|from-outside/);
    expect(config.literalSecrets.map(renderIssue)).toEqual([
      expect.stringMatching(/^w\.yaml:1:36: services\.shop\.links\.logs: a secret stands/),
      expect.stringMatching(
        /^w\.yaml:5:13: checks\.shop\.target: a secret stands in the file itself; write "\$\{VAR\}"/,
      ),
      expect.stringMatching(/^w\.yaml:7:22: checks\.shop\.headers\.Authorization: a secret stands/),
    ]);
  });

  it("still sees that one changed, and sends the check what was written", async () => {
    const before = await load(text);

    expect(
      diffConfigs(
        before,
        await load(
          text.replace("hunter1", "x").replace("hunter2", "w").replace("hunter3", "y").replace("hunter4", "z"),
        ),
      ),
    ).toEqual([
      "services.shop.links.logs: the value of https://deploy:<secret>@logs.example.com/ changed",
      "checks.shop.target: the value of https://shop.example.com/?page=2&access_token=<secret> changed",
      "checks.shop.headers.Authorization: the secret changed",
      "checks.shop.headers.X-Api-Key: the value of ${NONE:-<secret>} changed",
    ]);
    expect(JSON.stringify(before.checks)).toContain("Bearer hunter3");
  });
});
