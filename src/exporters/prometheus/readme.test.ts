import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { markdownTable, tableIn } from "../../../test/support/samples/markdown-table.ts";
import { sampleSources } from "../../../test/support/samples/sample-exposition.ts";
import { parseExposition } from "../../../test/support/worlds/exposition-parser.ts";
import { ownFamilies } from "./own-families.ts";
import { dropReasons } from "./unit-lines.ts";

const readme = await readFile(new URL("README.md", import.meta.url), "utf8");
const head = ["metric", "type", "labels", "meaning"];

describe("exporters/prometheus/README", () => {
  it("has the metrics of each check", () => {
    const own: Readonly<Record<string, string>> = {
      watchfire_check_state: "state",
      watchfire_check_flaw: "reason, severity",
      watchfire_check_last_run_failure: "verdict, reason",
    };
    const rows = Object.values(ownFamilies).map(({ name, type, help }) => [`\`${name}\``, type, own[name] ?? "", help]);

    expect(tableIn(readme, "subject-metrics")).toBe(markdownTable(head, rows));
  });

  it("has every metric that the daemon writes of itself", async () => {
    const { self } = sampleSources([]);
    self.setExposition(0, new Map(dropReasons.map((reason) => [reason, 0])));
    const families = [...parseExposition(await self.render("text"), "text").values()];
    const rows = families.map(({ name, type, help, samples }) => {
      const labels = Object.keys(samples[0]?.labels ?? {}).filter((label) => label !== "le");
      return [`\`${name}\``, type, labels.join(", "), help];
    });

    expect(tableIn(readme, "self-metrics")).toBe(markdownTable(head, rows));
  });

  it("explains each reason for which a sample is dropped", () => {
    for (const reason of dropReasons) expect(readme).toContain(`| \`${reason}\` |`);
  });
});
