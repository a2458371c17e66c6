import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Parser } from "htmlparser2";
import { describe, expect, it } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { loadAppConfig } from "../../src/app/configuration/load-app-config.ts";
import { commands } from "../../src/cli/index.ts";
import { renderIssue } from "../../src/config/source/issue.ts";
import { peer } from "../support/daemons/peers.ts";
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

  it("has a service for Windows whose file is XML and runs a command that there is", () => {
    const text = readFileSync(join(deploy, "windows/watchfire-service.xml"), "utf8");
    const open: string[] = [];
    const texts = new Map<string, string>();
    const parser = new Parser(
      {
        onopentag: (name) => void open.push(name),
        ontext: (content) => void texts.set(open.at(-1) ?? "", content),
        onclosetag: (name, isImplied) => expect([open.pop(), isImplied]).toEqual([name, false]),
      },
      { xmlMode: true },
    );
    parser.end(text.replace(/<(\w+)([^<>]*)\s\/>/g, "<$1$2></$1>"));

    const [, command, flags = ""] = /^"%BASE%\\dist\\main\.js" (\w+) (.*)$/.exec(texts.get("arguments") ?? "") ?? [];
    expect(commands.map(({ name }) => name)).toContain(command);
    expect(flags.match(/--\w+/g)).toEqual(["--config", "--env"]);
    const install = readFileSync(join(deploy, "windows/install-service.ps1"), "utf8");
    expect(install).toContain("'node_modules\\node\\bin\\node.exe'");
    expect(texts.get("executable")).toBe("%BASE%\\node_modules\\node\\bin\\node.exe");
    // The package of the runtime puts it there, with `.exe` on Windows.
    expect(globSync("node_modules/node/bin/node*", { cwd: root })).not.toEqual([]);
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
