import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fixedEnv, memoryConfigFiles } from "../../test/support/fakes/memory-config-files.ts";
import { sections } from "../app/configuration/sections.ts";
import { loadConfig } from "../config/load-config.ts";
import { probeKinds } from "../probes/index.ts";
import { draftConfig } from "./draft-config.ts";

const address = "https://shop.example.com/?a=${HOME}&b=$${x}";

async function load(text: string) {
  return await loadConfig({
    directory: "/c/watchfire.yaml",
    environment: "production",
    files: memoryConfigFiles({ "/c/watchfire.yaml": text, "/etc/passwd": "root" }),
    env: fixedEnv({ HOME: "/root" }),
    probes: probeKinds,
    sections,
  });
}

describe("cli/draft-config", () => {
  it.each(["${file:/etc/passwd}", "$${HOME}", "$$${", "${", "costs $5 {now}: '\"# ${HOME}", "商城"])(
    "keeps the title %j literal",
    async (title) => {
      const outcome = await load(draftConfig(address, "shop", title));

      if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
      const site = outcome.config.checks.find((check) => check.probe === "http");
      expect(site?.options).toMatchObject({ expect: { contains: [title] } });
      expect(site?.targets[0]?.address).toBe(new URL(address).href);
    },
  );

  it("drafts no keyword without a title", () => {
    expect(parse(draftConfig("https://shop.example.com/", "shop", undefined))).toEqual({
      sites: { shop: { url: "https://shop.example.com/" } },
      hosts: { this: { local: true } },
    });
  });
});
