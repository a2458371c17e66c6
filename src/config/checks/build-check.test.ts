import { describe, expect, it } from "vitest";
import { issuesOf, load, loaded } from "../../../test/support/worlds/config-world.ts";

describe("config/checks/build-check", () => {
  it("reads a check with the defaults of its probe", async () => {
    const config = await loaded({
      "base.yaml": "checks:\n  shop: { probe: http, target: https://shop.example.com/x?y=1 }\n",
    });

    expect(config.checks).toEqual([
      {
        id: "shop",
        title: "shop",
        probe: "http",
        tier: "application",
        severity: "critical",
        env: "production",
        labels: {},
        location: "default",
        targets: [
          {
            id: expect.stringMatching(/^[0-9a-f]{16}$/),
            address: "https://shop.example.com/x?y=1",
            display: "https://shop.example.com",
            labels: {},
            host: "shop.example.com",
          },
        ],
        options: {},
        schedule: { kind: "every", everyMs: 30_000 },
        jitterMs: 0,
        timeoutMs: 10_000,
        retryIntervalMs: 15_000,
        failureThreshold: 3,
        successThreshold: 1,
        blindAfterMs: 900_000,
      },
    ]);
  });

  it.each([
    ["an unknown probe", "{ probe: htpp, target: x }", 'unknown probe "htpp"; did you mean "http"?'],
    ["no probe", "{ target: x }", '"probe" is missing; it names the kind of check: host, http, push'],
    ["no target", "{ probe: http }", '"target" is missing; the probe http needs one'],
    ["a bad target", "{ probe: http, target: nowhere }", '"nowhere" is no URL; write https://host/path'],
    [
      "target and targets",
      "{ probe: http, target: 'http://a', targets: ['http://a'] }",
      "a check has either `target` or `targets`, not both",
    ],
    [
      "the same target twice",
      "{ probe: http, targets: ['http://a', 'http://a/'] }",
      "is the same target as entry 1, http://a",
    ],
    [
      "an interval of 0",
      "{ probe: http, target: 'http://a', interval: 0s }",
      '"0s" is out of range; it must be between 1s and 52w2d',
    ],
    [
      "a negative interval",
      "{ probe: http, target: 'http://a', interval: '-1s' }",
      '"-1s" is no duration; write a number with a unit, such as 30s, 5m or 1h30m',
    ],
    [
      "an interval of 1 ms",
      "{ probe: http, target: 'http://a', interval: 1ms }",
      '"1ms" is out of range; it must be between 1s and 52w2d',
    ],
    [
      "an interval without unit",
      "{ probe: http, target: 'http://a', interval: 30 }",
      "must be a text such as 30s or 1h30m, not the value 30",
    ],
    [
      "an endless interval",
      "{ probe: http, target: 'http://a', interval: 1000000000s }",
      '"1000000000s" is out of range; it must be between 1s and 52w2d',
    ],
    [
      "a timeout above the interval",
      "{ probe: http, target: 'http://a', interval: 5s, timeout: 6s }",
      "6s is longer than the interval, 5s; a run must end before the next begins",
    ],
    [
      "interval and cron",
      "{ probe: http, target: 'http://a', interval: 5s, cron: '* * * * *' }",
      "a check has either `interval` or `cron`, not both",
    ],
    [
      "a bad cron",
      "{ probe: http, target: 'http://a', cron: '61 * * * *' }",
      '"61 * * * *" is no cron expression of five fields, such as "0 2 * * *" for 02:00 each day',
    ],
    [
      "a cron that is never due",
      "{ probe: http, target: 'http://a', cron: '0 0 31 2 *' }",
      '"0 0 31 2 *" names a day that never comes, such as 30 February',
    ],
    [
      "a bad zone",
      "{ probe: http, target: 'http://a', cron: '0 2 * * *', time_zone: Mars/Olympus }",
      '"Mars/Olympus" is no time zone; write an IANA name such as Asia/Shanghai or UTC',
    ],
    [
      "a zone without effect",
      "{ probe: http, target: 'http://a', time_zone: UTC }",
      "has no effect without a cron expression",
    ],
    [
      "grace on a clocked check",
      "{ probe: http, target: 'http://a', grace: 5m }",
      "belongs to checks that wait for something",
    ],
    [
      "interval on an arrival",
      "{ probe: push, interval: 5m }",
      "belongs to checks that run by the clock; something that is sent has `every` or `schedule`",
    ],
    ["grace without expectation", "{ probe: push, grace: 5m }", "has no effect without `every` or `schedule`"],
    [
      "an unknown service",
      "{ probe: http, target: 'http://a', service: shp }",
      'unknown service "shp"; did you mean "shop"?',
    ],
    [
      "a reserved label",
      "{ probe: http, target: 'http://a', labels: { job: x } }",
      "this label name is set by Watchfire or Prometheus itself",
    ],
    [
      "an unknown template",
      "{ probe: http, target: 'http://a', use: [slo] }",
      'unknown template "slo"; did you mean "slow"?',
    ],
    [
      "a wrong word",
      "{ probe: http, target: 'http://a', method: POST }",
      'must be one of GET, HEAD, not the text "POST"',
    ],
    [
      "a number for a text",
      "{ probe: http, target: 'http://a', body: 0123 }",
      "must be a text, not the value 123; put it in quotes",
    ],
    ["a bad threshold", "{ probe: http, target: 'http://a', failure_threshold: 0 }", "must be at least 1, not 0"],
  ])("refuses %s", async (_, block, message) => {
    const issues = await load({
      "base.yaml": `services: { shop: {} }\ntemplates: { slow: { interval: 5m } }\nchecks:\n  shop: ${block}\n  other: { probe: http, target: 'http://a', use: [slow] }\n`,
      "production.yaml": "",
    });

    expect(issues.issues.map((issue) => issue.message)).toEqual([message]);
    expect(issues.issues[0]).toMatchObject({ file: "config/base.yaml", line: 4, layer: "base" });
  });

  it("lists what is known for an unknown kind", async () => {
    const issues = await issuesOf({ "base.yaml": "receivers: { a: { to: [{ kind: pigeon }, { kind: slak }] } }" });

    expect(issues).toEqual([
      'config/base.yaml:1:32: receivers.a.to[0].kind: unknown kind "pigeon"; known are mail, slack (layer base)',
      'config/base.yaml:1:50: receivers.a.to[1].kind: unknown kind "slak"; did you mean "slack"? (layer base)',
    ]);
  });

  it("lays templates under a check, and a null removes what a template sets", async () => {
    const config = await loaded({
      "base.yaml":
        "templates: { slow: { interval: 5m, body: x }, head: { method: HEAD, interval: 6m } }\nchecks: { shop: { probe: http, target: 'http://a', use: [slow, head], body: null } }",
    });

    expect(config.checks[0]).toMatchObject({ schedule: { everyMs: 360_000 }, options: { method: "HEAD" } });
    expect(config.checks[0]?.options).not.toHaveProperty("body");
  });

  it("demands the required labels", async () => {
    const text = (block: string): string =>
      `required_labels: [service, team]\nservices: { shop: {} }\nchecks:\n  a: { probe: http, target: 'http://a', ${block} }`;

    expect(await issuesOf({ "base.yaml": text("service: shop, labels: { team: web }") })).toEqual([]);
    expect(await issuesOf({ "base.yaml": text("labels: { team: web }") })).toEqual([
      'config/base.yaml:4:6: checks.a: the label "service" is missing; required_labels demands it: name one under `service:` (layer base)',
    ]);
  });

  it("expands sites and hosts, and points at the site for what is wrong with it", async () => {
    const config = await loaded({
      "base.yaml":
        "required_labels: [service]\nservices: { shop: {} }\nsites: { shop: { url: 'http://shop.internal/', service: shop, contains: [a] } }\nhosts: { this: { local: true } }",
    });
    const issues = await issuesOf({
      "base.yaml":
        "sites: { shop: { url: nowhere } }\nhosts: { this: { local: true, colour: red } }\nchecks: { shop: { probe: host } }",
    });

    expect(config.checks.map((check) => [check.id, check.probe, check.severity, check.options])).toEqual([
      ["shop", "http", "critical", { expect: { contains: ["a"] } }],
      ["this", "host", "warning", {}],
    ]);
    expect(issues).toEqual([
      'config/base.yaml:1:10: sites.shop: there is already a check "shop", in config/base.yaml:3:11; rename one of them (layer base)',
      'config/base.yaml:2:31: hosts.this.colour: unknown key "colour" (layer base)',
    ]);
  });
});
