import { describe, expect, it } from "vitest";
import { rulesSchema } from "../rules/rules-schema.ts";
import { rulePacks } from "./index.ts";

const rules = rulePacks.flatMap((pack) => Object.entries(pack.rules));

describe("alerting/packs", () => {
  it("gives no id to two rules, and none to two packs", () => {
    expect(new Set(rules.map(([id]) => id)).size).toBe(rules.length);
    expect(new Set(rulePacks.map(({ id }) => id)).size).toBe(rulePacks.length);
  });

  it.each(rules)("%s is a rule that the schema takes, with words in both languages", (id, rule) => {
    const { block, title, summary, runbook } = rule;

    expect(rulesSchema.safeParse({ [id]: block }).error?.issues ?? []).toEqual([]);
    for (const words of [title, summary, runbook]) {
      expect(words.en).toMatch(/^[\x20-\x7e°]+$/);
      expect(words.zh).toMatch(/\p{Script=Han}/u);
    }
    const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
    expect(placeholders(summary.zh)).toEqual(placeholders(summary.en));
  });

  it.each(rules.filter(([, { block }]) => block["kind"] === "ratio" && JSON.stringify(block["of"]).includes("bytes")))(
    "%s says by which definition it means a share",
    (_id, { summary }) => {
      expect(summary.en).toMatch(/\(.*\/.*\)/);
      expect(summary.zh).toMatch(/（.*\/.*）/);
    },
  );
});
