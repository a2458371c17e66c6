import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { optionDescriptions, withConfiguration } from "../../../test/support/samples/unit-docs.ts";
import { ruleKinds } from "./index.ts";
import { rulesSchema } from "./rules-schema.ts";

const sections = ["Purpose", "Configuration", "Metrics", "Failure codes", "Example", "Caveats"];

describe.each(ruleKinds.map((kind) => [kind.kind, kind] as const))("alerting/rules/%s README", (name, kind) => {
  const path = join(import.meta.dirname, name, "README.md");
  const readme = readFileSync(path, "utf8");

  it("has the fixed sections", () => {
    expect([...readme.matchAll(/^## (.+)$/gm)].map((heading) => heading[1])).toEqual(sections);
  });

  it("keeps its generated table up to date, with words for every option (UPDATE_DOCS=1 writes it)", () => {
    const wanted = withConfiguration(readme, kind);

    for (const [option, { description }] of optionDescriptions(kind))
      expect([option, description ?? ""]).not.toEqual([option, ""]);
    if (process.env["UPDATE_DOCS"] === "1" && wanted !== readme) writeFileSync(path, wanted);
    else expect(readme).toBe(wanted);
  });

  it("has an example of the kind that is accepted", () => {
    const examples = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((block) => parse(block[1] ?? ""));
    const parsed = examples.map(({ rules }) => rulesSchema.parse(rules));

    expect(parsed.flatMap((rules) => Object.values(rules)).map((rule) => rule.kind)).toContain(name);
  });

  it("may tune only options that it has", () => {
    expect(kind.tunable.filter((key) => !(key in kind.options.shape))).toEqual([]);
  });
});
