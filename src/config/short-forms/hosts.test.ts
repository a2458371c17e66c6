import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import { probeKinds } from "../../probes/index.ts";
import { judgeThresholds } from "../../probes/scrape/judge-thresholds.ts";
import { optionsSchema } from "../../probes/scrape/options.ts";
import { type ConfigOutcome, loadConfig } from "../load-config.ts";
import { renderIssue } from "../source/issue.ts";

function load(yaml: string): Promise<ConfigOutcome> {
  return loadConfig({
    files: memoryConfigFiles({ "config/base.yaml": yaml, "config/production.yaml": "" }),
    env: fixedEnv(),
    directory: "config",
    environment: "production",
    probes: probeKinds,
    sections: {},
  });
}

async function judge(services: string, samples: readonly (readonly [string, Record<string, string>, number])[]) {
  const outcome = await load(`hosts: { m: { scrape: "http://m:9182/metrics", must_run: ${services} } }`);
  expect(outcome.issues.map(renderIssue)).toEqual([]);
  const [check] = outcome.ok ? outcome.config.checks : [];
  const { thresholds } = optionsSchema.parse(check?.options);
  return judgeThresholds(
    thresholds,
    samples.map(([metric, labels, value]) => ({ metric, labels, value })),
  ).map(({ detail }) => detail);
}

describe("config/short-forms/hosts", () => {
  it("makes a scrape check of the tier os of a machine with an exporter", async () => {
    const outcome = await load(
      "hosts: { db-1: { scrape: http://db-1:9100/metrics, interval: 20s, auth: { kind: basic, username: u, password: p } }, this: { local: true } }",
    );

    expect(outcome.ok ? outcome.config.checks : outcome.issues.map(renderIssue)).toMatchObject([
      {
        id: "db-1",
        probe: "scrape",
        tier: "os",
        schedule: { everyMs: 20_000 },
        targets: [{ address: "http://db-1:9100/metrics" }],
        options: { auth: { kind: "basic", username: "u" } },
      },
      { id: "this", probe: "host" },
    ]);
  });

  it("hands what the local machine shall have beside the usual to the host probe", async () => {
    const outcome = await load(
      "hosts: { this: { local: true, must_run: [nginx], more_collectors: [timex], watched_processes: { db: { kind: pid_file, path: /run/db.pid } } } }",
    );

    expect(outcome.ok ? outcome.config.checks : outcome.issues.map(renderIssue)).toMatchObject([
      {
        probe: "host",
        options: {
          must_run: ["nginx"],
          more_collectors: ["timex"],
          watched_processes: { db: { kind: "pid_file", path: "/run/db.pid" } },
        },
      },
    ]);
  });

  it("wants services to run under systemd, by their name with or without its ending", async () => {
    const units = [
      ["node_systemd_unit_state", { name: "nginx.service", state: "active" }, 1],
      ["node_systemd_unit_state", { name: "nginxXservice", state: "active" }, 0],
      ["node_systemd_unit_state", { name: "redis.service", state: "active" }, 0],
    ] as const;

    expect(await judge("[nginx, redis.service]", units)).toEqual([
      'service redis.service has to run: node_systemd_unit_state{name="redis.service",state="active"} is 0, below 1',
    ]);
  });

  it("wants services to run on Windows, in any case, each that a pattern names, and to be there", async () => {
    const services = [
      ["windows_service_state", { name: "perforce-a", state: "running" }, 1],
      ["windows_service_state", { name: "PerforceB", state: "running" }, 0],
      ["windows_service_state", { name: "PerforceB", state: "stopped" }, 1],
      ["windows_service_state", { name: "MSSQL$MAIN", state: "running" }, 1],
    ] as const;

    expect(await judge('["Perforce*", "mssql$main", gitlab-runner]', services)).toEqual([
      'service Perforce* has to run: windows_service_state{name="PerforceB",state="running"} is 0, below 1',
      expect.stringContaining("service gitlab-runner has to run: there is no series windows_service_state{"),
    ]);
  });

  it.each([
    ["hosts: { a: {} }", "set either local: true or scrape"],
    ["hosts: { a: { local: true, scrape: http://a/metrics } }", "set either local: true or scrape"],
    ["hosts: { a: { local: true, headers: { a: b } } }", "hosts.a.headers: belongs to a host with scrape"],
    [
      "hosts: { a: { scrape: http://a/metrics, more_collectors: [timex] } }",
      "hosts.a.more_collectors: belongs to the host with local: true",
    ],
    ["hosts: { a: { local: true, more_collectors: [cpu] } }", "hosts.a.more_collectors[0]: "],
    ["hosts: { a: { agent: true } }", "hosts.a.agent: machines cannot report by an agent yet"],
    ["hosts: { a: { scrape: a:9100 } }", "hosts.a.scrape: "],
    ["hosts: { a: { scrape: http://a/metrics, must_run: ['a\"b'] } }", "hosts.a.must_run[0]: a service is a name"],
  ])("refuses %j at its place", async (yaml, issue) => {
    const outcome = await load(yaml);

    expect(outcome.ok).toBe(false);
    expect(outcome.issues.map(renderIssue).join("\n")).toContain(issue);
  });
});
