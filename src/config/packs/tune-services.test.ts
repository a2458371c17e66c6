import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { rulePacks } from "../../alerting/packs/index.ts";
import { packsSchema } from "../../alerting/packs/packs-schema.ts";
import { openRules } from "../../alerting/rules/configured-rule.ts";
import { rulesSchema } from "../../alerting/rules/rules-schema.ts";
import type { Series } from "../../core/checks/series.ts";
import { probeKinds } from "../../probes/index.ts";
import { loadConfig } from "../load-config.ts";
import { renderIssue } from "../source/issue.ts";

const nowMs = 600_000;

async function rulesOf(base: string) {
  const outcome = await loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": base, "config/production.yaml": "" }),
    env: fixedEnv({}),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections: { packs: packsSchema(rulePacks).default({}), rules: rulesSchema.default({}) },
    packs: rulePacks,
  });
  expect(outcome.issues.map(renderIssue)).toEqual([]);
  return openRules(rulesSchema.parse(outcome.ok ? outcome.config.sections["rules"] : {}));
}

const at = (check: string, name: string, value: number): Series => ({
  labels: { check, instance: `${check}:9182`, name },
  points: [[nowMs - 60_000, value]],
});

describe("config/packs/tune-services", () => {
  it("leaves it to the check to tell of services that have to run, and all others to the packs", async () => {
    const rules = await rulesOf(
      'hosts: { win-1: { scrape: "http://w:9182/metrics", must_run: ["Perforce*", "mssql$main", nginx] }, win-2: { scrape: "http://x:9182/metrics" } }',
    );
    const told = (id: string, inputs: readonly (readonly Series[])[]): readonly string[] =>
      rules
        .find((rule) => rule.id === id)
        ?.rule.judge(inputs, () => undefined, nowMs)
        .flatMap(({ labels, outcome }) => (outcome === "warning" ? [`${labels["check"]} ${labels["name"]}`] : [])) ??
      [];
    const services = [
      ["win-1", "perforceserver"],
      ["win-1", "MSSQL$MAIN"],
      ["win-1", "Spooler"],
      ["win-2", "PerforceServer"],
    ] as const;
    const stopped = services.map(([check, name]) => at(check, name, 0));
    const automatic = services.map(([check, name]) => at(check, name, 1));
    const failed = ["nginx.service", "redis.service"].map((name) => at("win-1", name, 1));

    expect(told("WindowsServiceNotRunning", [stopped, automatic])).toEqual(["win-1 Spooler", "win-2 PerforceServer"]);
    expect(told("NodeSystemdServiceFailed", [failed])).toEqual(["win-1 redis.service"]);
  });

  it("changes nothing where no service has to run, or the pack is off", async () => {
    const none = await rulesOf("hosts: { a: { local: true } }");
    const off = await rulesOf("packs: { windows: false }\nhosts: { a: { local: true, must_run: [nginx] } }");

    expect(none.map(({ id }) => id)).toContain("WindowsServiceNotRunning");
    expect(off.map(({ id }) => id)).not.toContain("WindowsServiceNotRunning");
  });
});
