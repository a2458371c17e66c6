import { describe, expect, it } from "vitest";
import { inhibitRulesSchema } from "../muting/inhibit-rules-schema.ts";
import { lintInhibitions } from "./lint-inhibitions.ts";

describe("alerting/lint inhibitions", () => {
  it.each([
    ["everything of a tier", { target: ["tier=application"] }, 1],
    ["everything below a severity", { target: ["severity!=critical"] }, 1],
    ["whatever a pattern finds", { target: ["service=~.+"] }, 1],
    ["one service", { target: ["service=shop", "severity=warning"] }, 0],
    ["what shares a label with the source", { target: ["tier=application"], equal: ["service"] }, 0],
  ])("counts what mutes %s", (_what, rule, wanted) => {
    const found = lintInhibitions(inhibitRulesSchema.parse({ os: { source: ["tier=os"], ...rule } }));

    expect(found).toHaveLength(wanted);
    for (const { path } of found) expect(path).toEqual(["inhibit_rules", "os"]);
  });
});
