import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cliReference } from "./cli-reference.ts";
import { configurationParts } from "./configuration-reference.ts";
import { root } from "./documents.ts";
import { checkMetrics, daemonMetrics, probeMetrics } from "./metrics-reference.ts";
import { packsReference } from "./packs-reference.ts";
import { notifierTable, unitTable } from "./unit-lists.ts";

const metricsParts = new Map([
  ["check", checkMetrics()],
  ["daemon", await daemonMetrics()],
  ["probes", probeMetrics()],
]);

describe("docs, generated parts", () => {
  it.each([
    ["README.md", new Map([["units", unitTable()]])],
    ["docs/guides/alerting.md", new Map([["notifiers", notifierTable("docs/guides/alerting.md")]])],
    ["docs/reference/cli.md", new Map([["commands", cliReference()]])],
    ["docs/reference/configuration.md", configurationParts()],
    ["docs/reference/metrics.md", metricsParts],
    ["docs/reference/packs.md", new Map([["packs", packsReference()]])],
  ])("are up to date in %s (UPDATE_DOCS=1 writes them)", (name, parts) => {
    const path = join(root, name);
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    const wanted = [...parts].reduce((whole, [marker, part]) => withPart(whole, marker, part), text);

    if (process.env["UPDATE_DOCS"] === "1" && wanted !== text) writeFileSync(path, wanted);
    else expect(text).toBe(wanted);
    for (const marker of parts.keys()) expect(text).toContain(`<!-- ${marker} -->`);
  });
});

function withPart(text: string, marker: string, part: string): string {
  const place = new RegExp(`(<!-- ${marker} -->\n)[\\s\\S]*?(<!-- end -->)`);
  return text.replace(place, (_, start: string, end: string) => `${start}\n${part}\n\n${end}`);
}
