import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { rulePacks } from "../../alerting/packs/index.ts";
import { packsSchema } from "../../alerting/packs/packs-schema.ts";
import { rulesSchema } from "../../alerting/rules/rules-schema.ts";
import { probeKinds } from "../../probes/index.ts";
import { loadConfig } from "../load-config.ts";
import { renderIssue } from "../source/issue.ts";

async function load(base: string) {
  const outcome = await loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": base, "config/production.yaml": "" }),
    env: fixedEnv({}),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections: { packs: packsSchema(rulePacks).default({}), rules: rulesSchema.default({}) },
    packs: rulePacks,
  });
  const rules = (outcome.ok ? outcome.config.sections["rules"] : {}) as Record<string, { overrides?: object }>;
  return { rules, issues: outcome.issues.map(renderIssue) };
}

describe("config/packs/tune-disks", () => {
  it("gives a disk of a host its own time, before the overrides of the rule", async () => {
    const { rules, issues } = await load(`
hosts: { db-1: { local: true, disks: { /data: { full_within: 48h }, /var: { full_within: 1d } } } }
rules:
  NodeFilesystemSpaceFillingUp: { overrides: { other: { matchers: [mountpoint=/mnt], off: true } } }`);

    expect(issues).toEqual([]);
    expect(Object.entries(rules["NodeFilesystemSpaceFillingUp"]?.overrides ?? {})).toEqual([
      ["disk-1", { matchers: ['check="db-1"', 'mountpoint="/data"'], within: { warning: "2d", critical: "8h" } }],
      ["disk-2", { matchers: ['check="db-1"', 'mountpoint="/var"'], within: { warning: "1d", critical: "4h" } }],
      ["other", { matchers: ["mountpoint=/mnt"], off: true }],
    ]);
    expect(rules["NodeFilesystemAlmostOutOfSpace"]).not.toHaveProperty("overrides");
  });

  it("leaves a disk out of all rules about disks", async () => {
    const { rules, issues } = await load(
      'hosts: { w: { local: true, disks: { /mnt/iso: { ignore: true }, "D:": { ignore: true } } } }',
    );

    const off = Object.entries(rules).flatMap(([id, { overrides }]) =>
      JSON.stringify(overrides)?.includes('"w') ? [id] : [],
    );
    expect(issues).toEqual([]);
    expect(off.sort()).toEqual([
      "NodeFilesystemAlmostOutOfFiles",
      "NodeFilesystemAlmostOutOfSpace",
      "NodeFilesystemDeviceError",
      "NodeFilesystemFilesFillingUp",
      "NodeFilesystemSpaceFillingUp",
      "WindowsDiskAlmostOutOfSpace",
      "WindowsDiskFillingUp",
      "WindowsDiskQueue",
    ]);
  });

  it.each([
    ["disks: { /data: {} }", "set either full_within or ignore: true"],
    ["disks: { /data: { full_within: 1d, ignore: true } }", "set either full_within or ignore: true"],
    ["disks: { /data: { full_within: soon } }", '"soon" is no duration'],
    ["disks: { /data: { full: 1d } }", 'unknown key "full"'],
    ["disks: { data: { full_within: 1d } }", "has no effect while the pack for such a disk is off"],
    ["disks: [/data]", "disks"],
  ])("refuses %s", async (disks, words) => {
    const { issues } = await load(`hosts: { db-1: { local: true, ${disks} } }`);

    expect(issues.join("\n")).toContain(words);
  });

  it("says where a disk is tuned and its pack is off", async () => {
    const { issues } = await load(
      "packs: { linux: false }\nhosts: { db-1: { local: true, disks: { /data: { full_within: 1d } } } }",
    );

    expect(issues).toEqual([
      expect.stringContaining(
        "config/base.yaml:2:40: hosts.db-1.disks./data: has no effect while the pack linux is off",
      ),
    ]);
  });
});
