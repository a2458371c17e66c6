import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { rulePacks } from "../../../src/alerting/packs/index.ts";
import { sections } from "../../../src/app/configuration/sections.ts";
import { renderIssue } from "../../../src/config/source/issue.ts";
import { loadConfig } from "../../../src/config/load-config.ts";
import { diskConfigFiles } from "../../../src/platform/files/config-files.ts";
import { probeKinds } from "../../../src/probes/index.ts";
import { fixedEnv } from "../../support/fakes/memory-config-files.ts";

const expectedFile = "test/golden/design-config/expected-issues.txt";
const directory = "test/golden/design-config/config";
const names = ["DT1", "DS1", "DT2", "DS2", "ALI_KEY", "ALI_SECRET"];
const variables = Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));

describe("golden/design-config", () => {
  // The configuration of the design as a whole. What is still to be built shows as an issue; expected-issues.txt only ever shrinks
  // (UPDATE_DOCS=1 writes it).
  it("loads as far as its units exist", async () => {
    const outcome = await loadConfig({
      files: diskConfigFiles,
      env: fixedEnv({
        ...variables,
        SLACK_URL: "https://hooks.slack.com/services/T0/B0/x",
        SHOP_DB: "mysql://monitor:secret@db-1/shop",
      }),
      directory,
      environment: "production",
      probes: probeKinds,
      sections,
      packs: rulePacks,
    });

    const issues = `${outcome.issues.map(renderIssue).join("\n")}\n`;
    if (process.env["UPDATE_DOCS"] === "1") writeFileSync(expectedFile, issues);
    expect(issues).toBe(readFileSync(expectedFile, "utf8"));
  });
});
