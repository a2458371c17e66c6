import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkOf, resultOf } from "../../../test/support/samples/sample-checks.ts";
import { parseExposition } from "../../../test/support/worlds/exposition-parser.ts";
import {
  expositionOf,
  families,
  metric,
  pushLike,
  render,
  startMs,
  value,
} from "../../../test/support/worlds/exposition-world.ts";
import { defineProbe } from "../../core/checks/probe.ts";
import { Exposition } from "./exposition.ts";

// Any UTF-16 unit, also half a surrogate pair.
const codeUnit = fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit));

describe("exporters/prometheus/exposition", () => {
  it("keeps the foreign samples of a check inside that does not expose them, and counts them as no drop", async () => {
    const own = metric("probe_own", "gauge");
    const inner = defineProbe({
      ...pushLike,
      metricsOf: () => [own],
      exposesUndeclared: ({ help }) => help === "expose",
    });
    const exposition = new Exposition({ kinds: [inner], seriesBudget: 100 });
    const checks = ["hide", "expose"].map((help) => checkOf({ id: help, probe: "push", options: { help } }));
    exposition.setChecks(checks);
    for (const check of checks) {
      const samples = [value("probe_own", 1), { ...value("grown", 2), type: "counter" as const }];
      exposition.record(resultOf(check, { samples, startedAtMs: startMs }));
    }

    const text = await render(exposition);

    expect(text.match(/^probe_own\{check="\w+"/gm)).toEqual(['probe_own{check="hide"', 'probe_own{check="expose"']);
    expect(text.match(/^grown\{check="\w+"/gm)).toEqual(['grown{check="expose"']);
    expect(text).toContain("# TYPE grown counter");
    expect([...exposition.dropped.values()].every((count) => count === 0)).toBe(true);
  });

  it("declares a counter by its short name in OpenMetrics, and unknown where that name is taken", async () => {
    const exposition = expositionOf();
    const [http, push] = [checkOf({ id: "http" }), checkOf({ id: "push", probe: "push" })];
    exposition.setChecks([http, push]);
    exposition.record(resultOf(http, { samples: [value("probe_http_redirects_total", 3)] }));
    exposition.record(resultOf(push, { samples: [value("orders", 2), value("orders_total", 9)] }));

    const parsed = await families(exposition, "openmetrics");

    expect(parsed.get("probe_http_redirects")?.type).toBe("counter");
    expect(parsed.get("orders")?.type).toBe("gauge");
    expect(parsed.get("orders_total")?.type).toBe("unknown");
  });

  it("keeps the first of two types of a family, and counts what the other sends", async () => {
    const exposition = expositionOf();
    const [http, host] = [checkOf({ id: "http" }), checkOf({ id: "host", probe: "host" })];
    exposition.setChecks([http, host]);
    exposition.record(resultOf(http, { samples: [value("shared_bytes", 1)] }));

    exposition.record(resultOf(host, { samples: [value("shared_bytes", 2)] }));

    const family = (await families(exposition)).get("shared_bytes");
    expect(family).toMatchObject({ type: "gauge", help: "As http says." });
    expect(family?.samples.map(({ labels }) => labels["check"])).toEqual(["http"]);
    expect(exposition.dropped.get("conflict")).toBe(1);
  });

  it("shows one help for a family that two checks describe differently", async () => {
    const described = defineProbe({
      ...pushLike,
      metricsOf: (options: { help?: string }) => [metric("orders", "gauge", options.help ?? "Orders.")],
    });
    const exposition = new Exposition({ kinds: [described], seriesBudget: 10 });
    const checks = ["First.", "Second."].map((help, index) =>
      checkOf({ id: `c${index}`, probe: "push", options: { help } }),
    );
    exposition.setChecks(checks);

    for (const check of checks) exposition.record(resultOf(check, { samples: [value("orders", 1)] }));

    const family = (await families(exposition)).get("orders");
    expect(family?.help).toBe("First.");
    expect(family?.samples).toHaveLength(2);
  });

  it("frees a family's name when its last series goes, so that the other declaration may have it", async () => {
    const exposition = expositionOf();
    const [http, host] = [checkOf({ id: "http" }), checkOf({ id: "host", probe: "host" })];
    exposition.setChecks([http, host]);
    exposition.record(resultOf(http, { samples: [value("shared_bytes", 1)] }));
    exposition.setChecks([host]);

    exposition.record(resultOf(host, { samples: [value("shared_bytes", 2)] }));

    expect((await families(exposition)).get("shared_bytes")?.type).toBe("counter");
  });

  it("refuses pushed names of the daemon's own, bad names and undeclared ones, and counts each", async () => {
    const exposition = expositionOf();
    const [push, http] = [checkOf({ id: "push", probe: "push" }), checkOf({ id: "http" })];
    exposition.setChecks([push, http]);

    exposition.record(
      resultOf(push, {
        samples: [value("watchfire_stalls_total", 1), value("bad name", 1), value("ok", 1, { "bad-label": "x" })],
      }),
    );
    exposition.record(resultOf(http, { samples: [value("surprise", 1)] }));

    expect(Object.fromEntries(exposition.dropped)).toMatchObject({ conflict: 1, invalid: 2, undeclared: 1 });
    expect((await families(exposition)).has("watchfire_stalls_total")).toBe(false);
  });

  it("keeps to the series budget of one check and counts the rest", async () => {
    const exposition = expositionOf(2);
    const check = checkOf({ id: "push", probe: "push" });
    exposition.setChecks([check]);

    exposition.record(resultOf(check, { samples: ["a", "b", "c", "d"].map((name) => value(name, 1)) }));

    const parsed = await families(exposition);
    expect(["a", "b", "c", "d"].filter((name) => parsed.has(name))).toEqual(["a", "b"]);
    expect(exposition.dropped.get("budget")).toBe(2);
  });

  it("renames a sample's label that would hide who the series belongs to", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "push", probe: "push", labels: { shop: "main" } });
    exposition.setChecks([check]);

    exposition.record(
      resultOf(check, { samples: [value("orders", 1, { check: "mine", exported_check: "too", shop: "own" })] }),
    );

    expect((await families(exposition)).get("orders")?.samples[0]?.labels).toMatchObject({
      check: "push",
      exported_check: "too",
      exported_exported_check: "mine",
      shop: "own",
    });
  });

  it("writes a valid histogram with its buckets in order and leaves out one that is none", async () => {
    const exposition = expositionOf();
    const check = checkOf({ id: "shop" });
    exposition.setChecks([check]);
    const name = "probe_size_bytes";

    exposition.record(
      resultOf(check, {
        samples: [
          value(`${name}_bucket`, 3, { le: "+Inf" }),
          value(`${name}_bucket`, 1, { le: "0.5" }),
          value(`${name}_sum`, 4),
          value(`${name}_count`, 3),
          value(`${name}_bucket`, 1, { le: "1", page: "broken" }),
        ],
      }),
    );

    const histogram = (await families(exposition)).get(name);
    expect(histogram?.samples.map((sample) => [sample.name, sample.labels["le"], sample.value])).toEqual([
      [`${name}_bucket`, "0.5", 1],
      [`${name}_bucket`, "+Inf", 3],
      [`${name}_sum`, undefined, 4],
      [`${name}_count`, undefined, 3],
    ]);
    expect(exposition.dropped.get("invalid")).toBe(1);
  });

  it("shows each series once although results arrive and checks change between two chunks of one scrape", async () => {
    const exposition = expositionOf();
    const checks = Array.from({ length: 3000 }, (_, index) => checkOf({ id: `check-${index}` }));
    exposition.setChecks(checks);
    for (const check of checks) exposition.record(resultOf(check));
    const [first] = checks;
    if (first === undefined) throw new Error("no checks");

    const chunks: Buffer[] = [];
    const disturb = async (): Promise<void> => {
      exposition.record(resultOf(first, { verdict: "unknown" }));
      exposition.setChecks(checks.slice(1));
      exposition.setChecks(checks);
      exposition.record(resultOf(first));
    };
    for await (const chunk of exposition.render("text", startMs, disturb)) chunks.push(chunk);

    expect(chunks.length).toBeGreaterThan(3);
    const parsed = parseExposition(Buffer.concat(chunks).toString(), "text");
    expect(parsed.get("probe_success")?.samples).toHaveLength(3000);
  });

  it("parses whatever a probe returns, in both formats", async () => {
    const text = fc.oneof(
      fc.string({ unit: codeUnit }),
      fc.constantFrom('a"b', "a\\", "line\nfeed", "\ud800", "__proto__"),
    );
    const name = fc.oneof(
      fc.constantFrom(
        "orders",
        "orders_total",
        "orders_bucket",
        "orders_sum",
        "probe_success",
        "process_x",
        "__proto__",
        "constructor",
      ),
      fc.constantFrom("probe_size_bytes_bucket", "probe_size_bytes_sum", "probe_size_bytes_count", "probe_size_bytes"),
      text,
    );
    const labels = fc.dictionary(
      fc.oneof(fc.constantFrom("le", "check", "job", "device", "exported_check"), text),
      text,
      { maxKeys: 3 },
    );
    const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0));
    const sample = fc.record({ metric: name, labels, value: number });
    const run = fc.record({
      probe: fc.constantFrom("http", "host", "push"),
      samples: fc.array(sample, { maxLength: 12 }),
    });

    await fc.assert(
      fc.asyncProperty(fc.array(run, { maxLength: 4 }), text, async (runs, label) => {
        const exposition = expositionOf(20);
        const checks = runs.map(({ probe }, index) => checkOf({ id: `c${index}`, probe, labels: { label } }));
        exposition.setChecks(checks);
        for (const [index, check] of checks.entries())
          exposition.record(resultOf(check, { samples: runs[index]?.samples ?? [] }));

        await families(exposition, "text");
        await families(exposition, "openmetrics");
      }),
      { numRuns: 120 },
    );
  });
});
