import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { optionDescriptions, withTables } from "../../test/support/samples/unit-docs.ts";
import { arrivalEnvelope, scheduledEnvelope } from "../config/checks/check-schema.ts";
import { probeKinds } from "./index.ts";

const directory = import.meta.dirname;
const sections = ["Purpose", "Configuration", "Metrics", "Failure codes", "Example", "Caveats"];

describe("probes", () => {
  it("has one folder for each kind of the array", () => {
    const folders = readdirSync(directory, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(probeKinds.map((kind) => kind.kind).sort()).toEqual(folders.map((folder) => folder.name).sort());
  });

  it("gives no metric name to two kinds with different types", () => {
    const types = new Map<string, string>();
    for (const metric of probeKinds.flatMap((kind) => kind.metricsOf({}))) {
      expect([metric.name, types.get(metric.name) ?? metric.type]).toEqual([metric.name, metric.type]);
      types.set(metric.name, metric.type);
    }
  });

  describe.each(probeKinds.map((kind) => [kind.kind, kind] as const))("%s", (name, kind) => {
    const path = join(directory, name, "README.md");
    const readme = existsSync(path) ? readFileSync(path, "utf8") : "";

    it("has no option with the name of a key that every check has", () => {
      const keys = new Set([...Object.keys(scheduledEnvelope.shape), ...Object.keys(arrivalEnvelope.shape)]);
      const options = [...optionDescriptions(kind).keys()].filter((option) => !option.includes("."));

      expect(options.filter((option) => keys.has(option))).toEqual([]);
    });

    it("has a README with the fixed sections", () => {
      const found = [...readme.matchAll(/^## (.+)$/gm)].map((heading) => heading[1]);

      expect(found).toEqual(sections);
    });

    it("describes every option, and the README names it", () => {
      for (const [option, property] of optionDescriptions(kind)) {
        expect([option, property.description ?? ""]).not.toEqual([option, ""]);
        expect(readme).toContain(option.split(".").at(-1));
      }
    });

    it("names every declared metric in the README", () => {
      const missing = kind.metricsOf({}).filter((metric) => !readme.includes(metric.name));

      expect(missing.map((metric) => metric.name)).toEqual([]);
    });

    it("keeps the generated tables of the README up to date (UPDATE_DOCS=1 writes them)", () => {
      const wanted = withTables(readme, kind);
      if (process.env["UPDATE_DOCS"] === "1" && wanted !== readme) writeFileSync(path, wanted);
      else expect(readme).toBe(wanted);
    });

    it("has an example whose options and target the probe accepts", () => {
      const known = new Set([...optionDescriptions(kind).keys()].filter((option) => !option.includes(".")));
      const examples = [...readme.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map((block) => parse(block[1] ?? ""));
      const checks = examples.flatMap((example) => Object.values(example.checks ?? {})) as Record<string, unknown>[];
      const own = checks.filter((check) => check["probe"] === name);

      expect(own.length).toBeGreaterThan(0);
      for (const check of own) {
        const options = Object.fromEntries(Object.entries(check).filter(([key]) => known.has(key)));
        expect(kind.options.safeParse(options).error?.issues ?? []).toEqual([]);
        expect(() => kind.locate(z.string().parse(check["target"] ?? kind.defaultAddress))).not.toThrow();
      }
    });

    it("has sane scheduling defaults", () => {
      expect(kind.defaults.timeoutMs).toBeLessThanOrEqual(kind.defaults.intervalMs);
      expect(kind.defaults.failureThreshold).toBeGreaterThanOrEqual(1);
      // A check that runs seldom is not blind because of one run.
      expect(kind.defaults.blindAfterMs ?? 900_000).toBeGreaterThan(kind.defaults.intervalMs);
      expect(kind.title).not.toBe("");
    });
  });
});
