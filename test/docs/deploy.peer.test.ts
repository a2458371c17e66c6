import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { loadAppConfig } from "../../src/app/configuration/load-app-config.ts";
import { renderIssue } from "../../src/config/issue.ts";
import { peer } from "../support/peers.ts";
import { root } from "./documents.ts";
import { allMetricNames } from "./metrics-reference.ts";

const deploy = join(root, "deploy");
const rulesPath = join(deploy, "prometheus/rules.yaml");

type Rules = Readonly<{ groups: readonly Readonly<{ rules: readonly Readonly<{ expr: string }>[] }>[] }>;
type Manifest = Readonly<{ kind: string; data?: Readonly<Record<string, string>> }>;

describe("deploy", () => {
  it.each(globSync("**/*.yaml", { cwd: deploy }).sort())("%s is YAML", (path) => {
    const documents = parseAllDocuments(readFileSync(join(deploy, path), "utf8"));

    expect(documents.flatMap((document) => document.errors)).toEqual([]);
  });

  it("has a configuration for compose that loads", async () => {
    expect(await problemsOf(join(deploy, "compose/config"))).toEqual([]);
  });

  it("has a configuration in the ConfigMap that loads", async () => {
    const manifests = parseAllDocuments(readFileSync(join(deploy, "kubernetes/watchfire.yaml"), "utf8"));
    const map = manifests.map((manifest) => manifest.toJS() as Manifest).find(({ kind }) => kind === "ConfigMap");
    const directory = mkdtempSync(join(tmpdir(), "watchfire-configmap-"));
    for (const [name, text] of Object.entries(map?.data ?? {})) writeFileSync(join(directory, name), text);

    const problems = await problemsOf(directory);

    rmSync(directory, { recursive: true });
    expect(Object.keys(map?.data ?? {})).toEqual(["base.yaml", "production.yaml"]);
    expect(problems).toEqual([]);
  });

  it("names in Prometheus' rules only metrics that are exposed", async () => {
    const known = await allMetricNames();
    const { groups } = parse(readFileSync(rulesPath, "utf8")) as Rules;
    const named = groups.flatMap(({ rules }) =>
      rules.flatMap(({ expr }) => expr.match(/\b(?:watchfire|probe)_\w+/g) ?? []),
    );

    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it("has rules that promtool accepts", (context) => {
    const promtool = peer(context, "promtool", "prometheus");

    const checked = spawnSync(promtool, ["check", "rules", rulesPath], { encoding: "utf8" });

    expect([checked.status, checked.stderr]).toEqual([0, ""]);
  });
});

async function problemsOf(directory: string): Promise<readonly string[]> {
  const outcome = await loadAppConfig({ directory, environment: "production", withoutSecrets: true });
  return [...outcome.issues, ...outcome.warnings].map(renderIssue);
}
