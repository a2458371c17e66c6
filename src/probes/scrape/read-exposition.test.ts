import { describe, expect, it } from "vitest";
import { type ReadPlan, readExposition } from "./read-exposition.ts";

const nowMs = Date.UTC(2026, 10, 26);

function read(text: string, plan: Partial<ReadPlan> = {}) {
  return readExposition(text, {
    wantsName: () => true,
    wants: () => true,
    maxSeries: 1000,
    isOpenMetrics: false,
    nowMs,
    ...plan,
  });
}

describe("probes/scrape/read-exposition", () => {
  it("reads names, labels with escapes, values and times", () => {
    const text = [
      'a{path="C:\\\\x\\n\\"y\\"", empty="",} 1.5e3',
      "b +Inf",
      "c NaN",
      `d{x="}#,"}-2 ${nowMs - 1000}`,
      "e\t.5\r",
    ].join("\n");

    const { samples, dropped } = read(text);

    expect(samples).toEqual([
      { metric: "a", labels: { path: 'C:\\x\n"y"' }, value: 1500 },
      { metric: "b", labels: {}, value: Number.POSITIVE_INFINITY },
      { metric: "c", labels: {}, value: Number.NaN },
      { metric: "d", labels: { x: "}#," }, value: -2, atMs: nowMs - 1000 },
      { metric: "e", labels: {}, value: 0.5 },
    ]);
    expect(Object.values(dropped).every((count) => count === 0)).toBe(true);
  });

  it("reads OpenMetrics with its times in seconds, exemplars and end", () => {
    const text = `# TYPE a counter\na_total{x="y"} 3 ${nowMs / 1000} # {trace="1"} 0.5\n# EOF\nafter 1\n`;

    const { samples, isEnded } = read(text, { isOpenMetrics: true });

    expect(samples).toEqual([{ metric: "a_total", labels: { x: "y" }, value: 3, atMs: nowMs, type: "counter" }]);
    expect(isEnded).toBe(true);
  });

  it("types series by what the text says, not by their names", () => {
    const text = [
      "# TYPE grows counter\ngrows 1",
      "# TYPE strange_total gauge\nstrange_total 1",
      "# TYPE plain untyped\nplain 1",
      '# TYPE took histogram\ntook_bucket{le="+Inf"} 1\ntook_sum 1',
      '# TYPE lasted summary\nlasted{quantile="0.5"} 1\nlasted_count 1',
      "silent 1",
    ].join("\n");

    const types = read(text).samples.map(({ metric, type }) => [metric, type]);

    expect(types).toEqual([
      ["grows", "counter"],
      ["strange_total", "gauge"],
      ["plain", "untyped"],
      ["took_bucket", "counter"],
      ["took_sum", "counter"],
      ["lasted", "gauge"],
      ["lasted_count", "counter"],
      ["silent", undefined],
    ]);
  });

  it("renames labels by which the daemon says whose a series is", () => {
    const { samples } = read('a{instance="x",exported_instance="y",job="j",constructor="z"} 1');

    expect(samples[0]?.labels).toEqual({
      exported_instance: "y",
      exported_exported_instance: "x",
      exported_job: "j",
      constructor: "z",
    });
  });

  it.each([
    ["syntax", 'a{x="y" 1'],
    ["syntax", 'a{x="y} 1'],
    ["syntax", "a{x=y} 1"],
    ["syntax", "a"],
    ["syntax", "a 0x1z"],
    ["syntax", "a 1 2 3"],
    ["syntax", '{"quoted.name"} 1'],
    ["syntax", "<html>"],
    ["labels", 'a{x="1",x="2"} 1'],
    ["labels", 'a{__proto__="1"} 1'],
    ["labels", `a{x="${"v".repeat(5000)}"} 1`],
    ["labels", `a{${Array.from({ length: 65 }, (_, index) => `l${index}="v"`).join(",")}} 1`],
    ["line", `a{x="${"v".repeat(40_000)}`],
    ["time", `a 1 ${nowMs - 3_600_001}`],
    ["time", `a 1 ${nowMs + 600_001}`],
    ["duplicate", "good 2"],
  ] as const)("counts as %s and passes over %s", (reason, line) => {
    const { samples, dropped } = read(`good 1\n${line}\nlast 1\n`);

    expect(samples.map(({ metric }) => metric)).toEqual(["good", "last"]);
    expect(Object.entries(dropped).filter(([, count]) => count > 0)).toEqual([[reason, 1]]);
  });

  it("holds at most as many series as the budget, of a million", () => {
    const text = Array.from({ length: 400_000 }, (_, index) => `a{i="${index}"} 1`).join("\n");

    const { samples, dropped, read: count } = read(text, { maxSeries: 10 });

    expect([samples.length, dropped.budget, count]).toEqual([10, 399_990, 400_000]);
  });

  it("stops at the last line that it reads of an endless text", () => {
    const { read: count, dropped } = read("a 1\n".repeat(500_010), { wantsName: () => false });

    expect([count, dropped.budget]).toEqual([500_000, 1]);
  });

  it("takes old names of windows_exporter as today's, once where both are there", () => {
    const { samples, dropped } = read(
      "windows_memory_physical_total_bytes 8\nwindows_cs_physical_memory_bytes 8\nwindows_system_system_up_time 1\n",
    );

    expect(samples.map(({ metric }) => metric)).toEqual([
      "windows_memory_physical_total_bytes",
      "windows_system_boot_time_timestamp",
    ]);
    expect(dropped.duplicate).toBe(0);
  });
});
