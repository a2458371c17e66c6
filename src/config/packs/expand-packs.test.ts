import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import type { RulePack } from "../../core/alerting/rule-pack.ts";
import { probeKinds } from "../../probes/index.ts";
import { type ConfigOutcome, loadConfig } from "../load-config.ts";
import { showExpanded } from "../shown/show.ts";
import { renderIssue } from "../source/issue.ts";

const hot = {
  title: { en: "Hot", zh: "过热" },
  summary: { en: "{instance} is hot", zh: "{instance} 过热" },
  runbook: { en: "Open a window.", zh: "开窗。" },
};
const packs: readonly RulePack[] = [
  {
    id: "heat",
    title: hot.title,
    rules: {
      Hot: { ...hot, block: { kind: "limit", above: { warning: 50, critical: 80 }, for: "5m" } },
      Warm: { ...hot, block: { kind: "limit", above: { info: 30 } } },
    },
  },
  { id: "cold", title: hot.title, onWith: "hosts", rules: { Cold: { ...hot, block: { kind: "limit" } } } },
];
const rule = z.strictObject({
  kind: z.literal("limit"),
  title: z.string(),
  summary: z.string(),
  runbook: z.string().optional(),
  above: z.record(z.string(), z.number()).optional(),
  for: z.string().optional(),
});
const sections = {
  packs: z.strictObject({ heat: z.boolean(), cold: z.boolean() }).partial().default({}),
  rules: z.record(z.string(), rule).default({}),
};

function load(base: string, overlay = ""): Promise<ConfigOutcome> {
  return loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": base, "config/production.yaml": overlay }),
    env: fixedEnv({ ON: "true" }),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections,
    packs,
  });
}

async function rulesOf(base: string, overlay = ""): Promise<Readonly<Record<string, unknown>>> {
  const outcome = await load(base, overlay);
  expect([...outcome.issues, ...outcome.warnings].map(renderIssue)).toEqual([]);
  return (outcome.ok ? outcome.config.sections["rules"] : undefined) as Readonly<Record<string, unknown>>;
}

describe("config/packs/expand-packs", () => {
  it("has no rules without packs, and those of the packs that are on", async () => {
    expect(await rulesOf("time_zone: UTC")).toBeUndefined();
    expect(Object.keys(await rulesOf("packs: { heat: true }"))).toEqual(["Hot", "Warm"]);
    expect(await rulesOf("packs: { heat: false }")).toBeUndefined();
    expect(Object.keys(await rulesOf('packs: { heat: "${ON}" }'))).toEqual(["Hot", "Warm"]);
  });

  it("switches a pack on by a section that it belongs to, unless packs says otherwise", async () => {
    expect(Object.keys(await rulesOf("hosts: { this: { local: true } }"))).toEqual(["Cold"]);
    expect(await rulesOf("hosts: { this: { local: true } }\npacks: { cold: false }")).toBeUndefined();
  });

  it("speaks the language of the config", async () => {
    expect(await rulesOf("packs: { heat: true }")).toMatchObject({ Hot: { title: "Hot", runbook: "Open a window." } });
    expect(await rulesOf("language: zh\npacks: { heat: true }")).toMatchObject({
      Hot: { title: "过热", summary: "{instance} 过热", runbook: "开窗。" },
    });
  });

  it("lets the rules of the config lie over those of a pack: keys merge, null removes", async () => {
    const rules = await rulesOf(
      "packs: { heat: true }\nrules: { Hot: { above: { critical: 90 }, for: null } }",
      "rules: { Warm: null, Hot: { runbook: null } }",
    );

    expect(rules).toEqual({
      Hot: { kind: "limit", title: "Hot", summary: "{instance} is hot", above: { warning: 50, critical: 90 } },
    });
  });

  it("still says which null removes nothing", async () => {
    const outcome = await load("packs: { heat: true }\nrules: { Hto: null }");

    expect(outcome.warnings.map(renderIssue)).toEqual([
      expect.stringContaining("config/base.yaml:2:10: rules.Hto: has no value and removes nothing"),
    ]);
    expect(outcome.ok && Object.keys(outcome.config.sections["rules"] ?? {})).toEqual(["Hot", "Warm"]);
  });

  it("points at what is wrong where it was written", async () => {
    const issues = async (base: string) => (await load(base)).issues.map(renderIssue);

    expect(await issues("packs: { heat: true }\nrules: { Hot: { abov: { critical: 90 } } }")).toEqual([
      'config/base.yaml:2:17: rules.Hot.abov: unknown key "abov"; did you mean "above"? (layer base)',
    ]);
    expect(await issues("packs: { haet: true }")).toEqual([expect.stringContaining("packs.haet: unknown pack")]);
    expect((await issues("packs: { heat: 1 }"))[0]).toContain("packs.heat");
    expect((await issues("rules: [1]\npacks: { heat: true }"))[0]).toContain("rules");
  });

  it("shows its rules, and what it shows is the same config", async () => {
    const first = await load("packs: { heat: true }\nrules: { Hot: { for: 1m } }");
    const shown = first.ok ? showExpanded(first.config) : "";

    const again = await load(shown);

    expect(shown).toContain("for: 1m");
    expect(again.ok && first.ok && again.config.sections).toEqual(first.ok && first.config.sections);
  });

  it.each([
    ["packs: { heet: true }", 'packs.heet: unknown pack "heet"; did you mean "heat"?'],
    ["packs: { frobnicate: true }", 'packs.frobnicate: unknown pack "frobnicate"; known are cold, heat'],
    [
      "rules: { Hot: { for: 1m } }",
      'rules.Hot: is a rule of the pack "heat", which is off: write packs: { heat: true }, or give this rule a kind of its own',
    ],
    ["packs: { cold: false }\nrules: { Cold: { for: 1m } }", 'rules.Cold: is a rule of the pack "cold", which is off'],
    ["redundancy: {}", "redundancy: is no section of its own; it belongs into services.<id>.redundancy"],
    ["mappings: {}", "mappings: is no section of its own; it belongs into correlation.mappings"],
  ])("says of %j once what was meant", async (base, words) => {
    const { issues } = await load(base);

    expect(issues.map(renderIssue)).toEqual([expect.stringContaining(words)]);
  });

  it("takes a whole rule of one's own with the name of a pack's that is off", async () => {
    const own = { kind: "limit", title: "Mine", summary: "mine" };

    expect(await rulesOf(`rules: { Hot: ${JSON.stringify(own)} }`)).toEqual({ Hot: own });
  });
});
