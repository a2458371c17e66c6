import { describe, expect, it } from "vitest";
import { fixedEnv, memoryConfigFiles } from "../../../test/support/fakes/memory-config-files.ts";
import type { Check } from "../../core/checks/check.ts";
import { probeKinds } from "../../probes/index.ts";
import { loadConfig } from "../load-config.ts";
import { renderIssue } from "../source/issue.ts";

async function load(text: string): Promise<Readonly<{ checks: readonly Check[]; issues: readonly string[] }>> {
  const outcome = await loadConfig({
    files: memoryConfigFiles({ "w.yaml": text }),
    env: fixedEnv(),
    directory: "w.yaml",
    environment: "test",
    probes: probeKinds,
    sections: {},
  });
  return { checks: outcome.ok ? outcome.config.checks : [], issues: outcome.issues.map(renderIssue) };
}

async function timingOf(block: string): Promise<Partial<Check> | readonly string[]> {
  const { checks, issues } = await load(`time_zone: Asia/Shanghai\nchecks:\n  a: ${block}\n`);
  return checks[0] ?? issues;
}

const web = "probe: http, target: 'http://a.example.com/'";

describe("config/build-check, timing", () => {
  it("gives a default timeout and retry way to a short interval", async () => {
    expect(await timingOf(`{ ${web}, interval: 2s }`)).toMatchObject({
      schedule: { kind: "every", everyMs: 2000 },
      timeoutMs: 2000,
      retryIntervalMs: 2000,
    });
  });

  it("reads a cron expression in the zone of the config or its own", async () => {
    expect(await timingOf(`{ ${web}, cron: '0 2 * * *' }`)).toMatchObject({
      schedule: { kind: "cron", expression: "0 2 * * *", timeZone: "Asia/Shanghai" },
    });
    expect(
      await timingOf(`{ ${web}, cron: '0 2 * * *', time_zone: UTC, timeout: 5s, retry_interval: 1m }`),
    ).toMatchObject({
      schedule: { timeZone: "UTC" },
      timeoutMs: 5000,
      retryIntervalMs: 60_000,
    });
  });

  it("reads what an arrival is expected by", async () => {
    expect(await timingOf("{ probe: push }")).toMatchObject({ schedule: { kind: "arrival", graceMs: 600_000 } });
    expect(await timingOf("{ probe: push, every: 1d, grace: 1h }")).toMatchObject({
      schedule: { kind: "arrival", expected: { kind: "every", everyMs: 86_400_000 }, graceMs: 3_600_000 },
    });
    expect(await timingOf("{ probe: push, schedule: '0 2 * * *' }")).toMatchObject({
      schedule: { expected: { kind: "cron", expression: "0 2 * * *", timeZone: "Asia/Shanghai" } },
    });
  });

  it("refuses jitter above the interval, and every beside schedule", async () => {
    expect(await timingOf(`{ ${web}, interval: 5s, jitter: 6s }`)).toEqual([
      expect.stringContaining("checks.a.jitter: 6s is longer than the interval, 5s"),
    ]);
    expect(await timingOf("{ probe: push, every: 1d, schedule: '0 2 * * *' }")).toEqual([
      expect.stringContaining("a check has either `every` or `schedule`, not both"),
    ]);
  });

  it("gives equal addresses equal target ids, also in another check", async () => {
    const { checks } = await load(
      `checks: { a: { ${web} }, b: { ${web} }, c: { probe: http, target: 'http://c.example.com/' } }`,
    );
    const ids = checks.map((check) => check.targets[0]?.id);

    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});

describe("config/read-services", () => {
  it("reads the catalogue", async () => {
    const { issues } = await load("services: { shop: { links: { logs: 'https://x/{from}' } }, pay: {} }");

    expect(issues).toEqual([]);
  });

  it.each([
    ["services: []", "w.yaml:1:11: services: must be a map from id to service (layer w.yaml)"],
    ["services: { a b: {} }", 'services."a b": an id is 1 to 63'],
    ["services: { a: { owner: '' } }", "services.a.owner: must not be empty"],
  ])("refuses %s", async (text, message) => {
    const { issues } = await load(text);

    expect(issues[0]).toContain(message);
  });
});

describe("config/short-forms", () => {
  it.each([
    [
      "sites: { a: { url: 'http://a/', contain: [x] } }",
      'sites.a.contain: unknown key "contain"; did you mean "contains"?',
    ],
    ["sites: { a: { contains: [x] } }", "sites.a.url: is missing; it must be a text"],
    ["sites: { a: { url: 'http://a/', timeout: 5m } }", "sites.a.timeout: 5m is longer than the interval"],
    ["sites: { a: { url: 'http://a/', service: x } }", 'sites.a.service: unknown service "x"; there is none'],
    [
      "hosts: { a: { local: true }, b: { local: true } }",
      "hosts.b: is the local machine as well; so is the one in w.yaml:1:10",
    ],
    ["hosts: { a: {} }", "hosts.a: set either local: true or scrape"],
    ["hosts: { a: { local: false } }", "hosts.a.local: must be true, not the value false"],
    ["hosts: [a]", "hosts: must be a map from id to block"],
  ])("refuses %s", async (text, message) => {
    const { issues } = await load(text);

    expect(issues).toEqual([expect.stringContaining(message)]);
  });

  it("leads from a fault found in the check back to the site's own keys", async () => {
    const { issues } = await load("sites: { a: { url: 'ftp://a/' } }");

    expect(issues).toEqual([expect.stringMatching(/^w\.yaml:1:20: sites\.a\.url: /)]);
  });

  it("reads when a bad result is believed", async () => {
    expect(await timingOf(`{ ${web}, failure_window: 5, flap_detection: false }`)).toMatchObject({
      failureThreshold: 3,
      failureWindow: 5,
      flapDetection: false,
      location: "default",
    });
    expect(await timingOf(`{ ${web} }`)).not.toHaveProperty("failureWindow");
    expect(await timingOf(`{ ${web} }`)).not.toHaveProperty("flapDetection");
  });

  it.each([
    ["failure_window: 2", "failure_window: 2 runs cannot hold 3 bad ones"],
    ["failure_threshold: 6, failure_window: 5", "5 runs cannot hold 6 bad ones"],
    ["locations: { from: [default], quorum: 2 }", 'unknown key "locations"'],
  ])("refuses %s", async (keys, problem) => {
    const issues = await timingOf(`{ ${web}, ${keys} }`);

    expect(issues).toEqual([expect.stringContaining(problem)]);
  });
});
