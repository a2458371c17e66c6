import { describe, expect, it } from "vitest";
import { readTargetGroups, targetListLimits } from "./target-groups.ts";

describe("config/discovery target groups", () => {
  it("reads Prometheus's form from YAML and JSON alike", () => {
    const yaml = "---\n# shops\n- targets: [a:1, b:2]\n  labels: { dc: bj, rack: 7, __meta_x: y }\n- targets:\n  - c\n";
    const json = JSON.stringify([
      { targets: ["a:1", "b:2"], labels: { dc: "bj", rack: "7", __meta_x: "y" } },
      { targets: ["c"] },
    ]);
    const groups = [
      { targets: ["a:1", "b:2"], labels: { dc: "bj", rack: "7", __meta_x: "y" } },
      { targets: ["c"], labels: {} },
    ];

    expect(readTargetGroups(yaml, "shops.yml")).toEqual({ groups });
    expect(readTargetGroups(json, "shops.json")).toEqual({ groups });
    expect(readTargetGroups(json, "shops.yaml")).toEqual({ groups });
    expect(readTargetGroups("[]", "none.json")).toEqual({ groups: [] });
  });

  it.each([
    ["", "a.yml", /no list of groups/],
    ["targets: [a]", "a.yml", /no list of groups/],
    ["- targets: a", "a.yml", /^group 1: targets: /],
    ["- labels: {}", "a.yml", /^group 1: targets: /],
    ["- targets: [a]\n  labels: { a: [1] }", "a.yml", /^group 1: labels\.a: /],
    ["- targets: [a\n", "a.yml", /^line \d+, column \d+: /],
    ["- &a [*a]\n", "a.yml", /line 1/],
    ['[{"targets": ["a"]', "a.json", /^this is no JSON/],
    [`# ${"x".repeat(targetListLimits.yamlBytes)}`, "a.yml", /at most 512 KiB; write so many as JSON/],
    [JSON.stringify([{ targets: Array.from({ length: 20_001 }, (_, n) => `h${n}`) }]), "a.json", /more than 20000/],
  ])("says what is wrong with %#", (text, file, problem) => {
    expect(readTargetGroups(text, file)).toEqual({ problem: expect.stringMatching(problem) });
  });

  it("reaches no prototype by a hostile key", () => {
    const read = readTargetGroups(
      '[{"targets": ["a"], "__proto__": {"x": 1}, "labels": {"__proto__": "y"}}]',
      "a.json",
    );

    expect(JSON.stringify(read)).not.toContain('"x"');
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});
