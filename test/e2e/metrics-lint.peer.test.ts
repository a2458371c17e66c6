import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createScrape } from "../../src/exporters/prometheus/scrape.ts";
import { yieldLoop } from "../../src/platform/yield-loop.ts";
import { peer } from "../support/daemons/peers.ts";
import { sampleSources } from "../support/samples/sample-exposition.ts";

describe("e2e/metrics-lint", () => {
  it("finds nothing to say about the metrics of the daemon and of each check", async (context) => {
    const promtool = peer(context, "promtool", "prometheus");
    const { chunks } = createScrape({ ...sampleSources(), yieldLoop })("text/plain");
    const parts: Buffer[] = [];
    for await (const chunk of chunks) parts.push(chunk);
    const text = Buffer.concat(parts).toString();

    const linted = spawnSync(promtool, ["check", "metrics"], { input: text, encoding: "utf8" });

    expect(text).toContain("watchfire_schedule_lag_seconds_bucket");
    expect(text).toContain("probe_success");
    // The names of node_exporter and of the exporter for NVIDIA are lint of old; for the first the comparison with node_exporter decides.
    const complaints = `${linted.stdout}${linted.stderr}`
      .split("\n")
      .filter((line) => line !== "" && !/^(?:node|nvidia_smi)_/.test(line));
    expect(complaints).toEqual([]);
    expect(linted.status).not.toBe(1);
  });
});
