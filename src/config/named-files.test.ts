import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fixedEnv, memoryConfigFiles } from "../../test/support/fakes/memory-config-files.ts";
import { namedFileSchema } from "../core/schema/named-file-schema.ts";
import { probeKinds } from "../probes/index.ts";
import { loadConfig } from "./load-config.ts";
import { renderIssue } from "./source/issue.ts";

const sections = { channels: z.strictObject({ ca: namedFileSchema.optional().describe("Roots.") }).default({}) };

async function warningsOf(text: string, withoutSecrets = false): Promise<readonly string[]> {
  const outcome = await loadConfig({
    files: memoryConfigFiles({ "w.yaml": text, "/etc/roots.pem": "PEM" }),
    env: fixedEnv({ CA: "/nowhere/ca.pem" }),
    directory: "w.yaml",
    environment: "test",
    probes: probeKinds,
    sections,
    withoutSecrets,
  });
  expect(outcome).toMatchObject({ ok: true, issues: [] });
  return outcome.warnings.map(renderIssue);
}

describe("config/named-files", () => {
  it("warns at load of each file that cannot be read, where it is named", async () => {
    const text = `channels: { ca: /nowhere/roots.pem }
templates: { inside: { tls: { ca: "\${CA}" } } }
checks:
  a: { probe: http, use: [inside], target: "https://a.example.com/" }
  b: { probe: http, use: [inside], target: "https://b.example.com/" }
`;

    expect(await warningsOf(text)).toEqual([
      expect.stringMatching(/^w\.yaml:1:17: channels\.ca: the file \/nowhere\/roots\.pem cannot be read: /),
      expect.stringMatching(/^w\.yaml:2:35: checks\.a\.tls\.ca: the file \/nowhere\/ca\.pem cannot be read: /),
    ]);
  });

  it("says nothing of files that are there, nor where the config is validated without its secrets", async () => {
    expect(await warningsOf("channels: { ca: /etc/roots.pem }")).toEqual([]);
    expect(await warningsOf("channels: { ca: /nowhere/roots.pem }", true)).toEqual([]);
  });

  it("refuses what needs a package that is not installed, and says how to install it", async () => {
    const text = "checks: { shop: { probe: images, target: https://a.example.com/, decode: full } }";
    const load = (withoutSecrets: boolean) =>
      loadConfig({
        files: memoryConfigFiles({ "w.yaml": text }),
        env: fixedEnv(),
        directory: "w.yaml",
        environment: "test",
        probes: probeKinds,
        sections: {},
        withoutSecrets,
      });

    expect((await load(false)).issues.map(renderIssue)).toEqual([
      "w.yaml:1:74: checks.shop.decode: this needs the package sharp, which is not installed: npm install sharp (layer w.yaml)",
    ]);
    expect(await load(true)).toMatchObject({ ok: true });
  });
});
