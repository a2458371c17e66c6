import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fixedEnv, memoryConfigFiles } from "../../test/support/memory-config-files.ts";
import { durationSchema } from "../core/duration.ts";
import { defineProbe, type ProbeKind } from "../core/probe.ts";
import { secretSchema } from "../core/secret-schema.ts";
import { renderIssue } from "./issue.ts";
import { type ConfigOutcome, type ConfigRequest, loadConfig } from "./load-config.ts";
import { type LoadedConfig, locateInConfig, openSections } from "./loaded-config.ts";

const web = defineProbe({
  kind: "http",
  title: "HTTP",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: z.string().transform((text, context) => {
    if (URL.canParse(text)) return new URL(text).href;
    context.addIssue({ code: "custom", message: `"${text}" is no URL; write https://host/path` });
    return z.NEVER;
  }),
  display: (address) => new URL(address).origin,
  hostOf: (address) => new URL(address).host,
  options: z.strictObject({
    method: z.enum(["GET", "HEAD"]).default("GET"),
    retries_left: z.int().min(0).max(5).optional(),
    body: z.string().optional(),
    token: secretSchema.optional(),
    follow: z.boolean().optional(),
    slow: durationSchema().optional(),
    expect: z
      .strictObject({ contains: z.array(z.string()).optional(), status: z.array(z.string()).optional() })
      .optional(),
  }),
  metrics: [],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const machine = defineProbe({
  kind: "host",
  title: "Host",
  tier: "os",
  trigger: "schedule",
  defaults: { intervalMs: 15_000, timeoutMs: 10_000, failureThreshold: 1 },
  address: z.string(),
  defaultAddress: "localhost",
  display: (address) => address,
  hostOf: () => undefined,
  options: z.strictObject({}),
  metrics: [],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const arrival = defineProbe({
  kind: "push",
  title: "Push",
  tier: "business",
  trigger: "arrival",
  defaults: { intervalMs: 60_000, timeoutMs: 5000, failureThreshold: 1 },
  address: z.string(),
  defaultAddress: "self",
  display: (address) => address,
  hostOf: () => undefined,
  options: z.strictObject({}),
  metrics: [],
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
});

const probes: readonly ProbeKind[] = [web, machine, arrival];
const sections = {
  receivers: z
    .record(
      z.string(),
      z.strictObject({
        to: z.array(
          z.discriminatedUnion("kind", [
            z.strictObject({ kind: z.literal("slack"), url: secretSchema }),
            z.strictObject({ kind: z.literal("mail"), port: z.int().min(1), tls: z.boolean().default(true) }),
          ]),
        ),
      }),
    )
    .optional(),
};

type Texts = Readonly<Record<string, string>>;

function load(texts: Texts, request: Partial<ConfigRequest> = {}): Promise<ConfigOutcome> {
  return loadConfig({
    files: memoryConfigFiles(Object.fromEntries(Object.entries(texts).map(([name, text]) => [`config/${name}`, text]))),
    env: fixedEnv({ HOME_URL: "https://shop.example.com/", PORT: "587", YES: "true", EMPTY: "" }),
    directory: "config",
    environment: "production",
    probes,
    sections,
    ...request,
  });
}

async function loaded(texts: Texts, request: Partial<ConfigRequest> = {}): Promise<LoadedConfig> {
  const outcome = await load({ "production.yaml": "", ...texts }, request);
  expect(outcome.issues.map(renderIssue)).toEqual([]);
  if (!outcome.ok) throw new Error("not loaded");
  return outcome.config;
}

async function issuesOf(texts: Texts, request: Partial<ConfigRequest> = {}): Promise<readonly string[]> {
  const outcome = await load({ "production.yaml": "", ...texts }, request);
  return outcome.issues.map(renderIssue);
}

describe("config/load-config", () => {
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

  it("survives a structured clone", async () => {
    const config = await loaded({
      "base.yaml":
        "services: { shop: { owner: web } }\nsites:\n  shop: { url: http://shop.internal/, service: shop, contains: [a] }\n",
    });

    expect(structuredClone(config)).toEqual(config);
  });

  it("lays conf.d, environment blocks and the overlay over the base", async () => {
    const config = await loaded({
      "base.yaml":
        "checks: { shop: { probe: http, target: https://a.example.com/, interval: 1m, title: a, body: base } }",
      "conf.d/shop.yaml":
        "checks: { shop: { interval: 2m, title: b, body: null } }\nenvironments: { production: { checks: { shop: { title: c } } } }",
      "production.yaml": "checks: { shop: { target: https://b.example.com/ } }",
    });

    expect(config.checks[0]).toMatchObject({
      title: "c",
      schedule: { everyMs: 120_000 },
      options: {},
      targets: [{ address: "https://b.example.com/" }],
    });
  });

  it("names file, line, column, layer and the nearest key for an unknown key", async () => {
    const issues = await issuesOf({
      "base.yaml":
        "checks:\n  shop:\n    probe: http\n    target: https://shop.example.com/\n    intervall: 5s\n    expect: { contain: [a] }\ncheks: {}\n",
    });

    expect(issues).toEqual([
      'config/base.yaml:5:5: checks.shop.intervall: unknown key "intervall"; did you mean "interval"? (layer base)',
      'config/base.yaml:6:15: checks.shop.expect.contain: unknown key "contain"; did you mean "contains"? (layer base)',
      'config/base.yaml:7:1: cheks: unknown key "cheks"; did you mean "checks"? (layer base)',
    ]);
  });

  it("types an interpolated scalar only where its text does not fit", async () => {
    const config = await loaded({
      "base.yaml":
        'checks: { shop: { probe: http, target: "${HOME_URL}", body: "${PORT}", follow: "${YES}", failure_threshold: "${N:-4}" } }\nreceivers: { m: { to: [{ kind: mail, port: "${PORT}" }] } }',
    });

    expect(config.checks[0]).toMatchObject({ options: { body: "587", follow: true }, failureThreshold: 4 });
    expect(openSections(config, sections).receivers?.["m"]?.to).toEqual([{ kind: "mail", port: 587, tls: true }]);
  });

  it("names a variable that is not set or empty, and a file that is missing or empty", async () => {
    const issues = await issuesOf({
      "base.yaml":
        'checks:\n  shop:\n    probe: http\n    target: "${NOWHERE}"\n    token: "${EMPTY}"\n    body: "${file:secrets/none}"\n    title: "${file:secrets/empty}"\n',
      "secrets/empty": "\n",
    });

    expect(issues).toEqual([
      "config/base.yaml:4:13: checks.shop.target: the environment variable NOWHERE is not set; set it, or write ${NOWHERE:-default} (layer base)",
      "config/base.yaml:5:12: checks.shop.token: the environment variable EMPTY is empty; set it, or write ${EMPTY:-default} (layer base)",
      "config/base.yaml:6:11: checks.shop.body: the file secrets/none cannot be read: there is no such file (layer base)",
      "config/base.yaml:7:12: checks.shop.title: the file secrets/empty is empty (layer base)",
    ]);
  });

  it("validates without secrets, and still sees what is wrong elsewhere", async () => {
    const text = (port: string): string =>
      `checks: { shop: { probe: http, target: "\${NOWHERE}", token: "\${file:nowhere}", retries_left: "\${NOWHERE}", slow: "\${NOWHERE}" } }\nreceivers: { m: { to: [{ kind: mail, port: ${port}, tls: "\${NOWHERE}" }] } }`;

    expect(await issuesOf({ "base.yaml": text("5") }, { withoutSecrets: true })).toEqual([]);
    expect(await issuesOf({ "base.yaml": text("0") }, { withoutSecrets: true })).toEqual([
      "config/base.yaml:2:44: receivers.m.to[0].port: must be at least 1, not 0 (layer base)",
    ]);
  });

  it("never shows the value of an interpolated text in an issue", async () => {
    const issues = await issuesOf(
      {
        "base.yaml":
          'checks:\n  shop: { probe: http, target: "${TOKEN}", method: "${TOKEN}", slow: "${TOKEN}", interval: "${TOKEN}" }\n',
      },
      { env: fixedEnv({ TOKEN: "hunter2-hunter2" }) },
    );

    expect(issues).toHaveLength(3);
    expect(issues.join("\n")).not.toContain("hunter2");
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

  it("refuses the same leaf in two files of conf.d and names both", async () => {
    const issues = await issuesOf({
      "base.yaml": "",
      "conf.d/a.yaml": "checks: { shop: { probe: http, target: 'http://a' } }",
      "conf.d/b.yaml": "checks: { shop: { interval: 5s,\n  target: 'http://b' } }",
    });

    expect(issues).toEqual([
      'config/conf.d/b.yaml:2:3: checks.shop.target: "checks.shop.target" is also set in config/conf.d/a.yaml:1:32; files in conf.d must not set the same key twice (layer conf.d)',
    ]);
  });

  it("names the environments there are when one is missing", async () => {
    const texts = { "base.yaml": "environments: { test: {} }", "staging.yaml": "" };

    const issues = await issuesOf({ ...texts, "production.yaml": "" }, { environment: "prod" });
    const outcome = await load(texts, { environment: "test" });

    expect(issues).toEqual([
      'config: there is no environment "prod"; add prod.yaml or an `environments.prod` block; there are production, staging, test',
    ]);
    expect(outcome.ok).toBe(true);
  });

  it("takes a single file as one layer, and says when there is nothing", async () => {
    const lone = await load(
      { "lone.yaml": "hosts: { this: { local: true } }" },
      { directory: "config/lone.yaml", environment: "any" },
    );
    const none = await load({}, {});
    const noBase = await load({ "production.yaml": "" });

    expect(lone.ok && lone.config.checks).toHaveLength(1);
    expect(none).toMatchObject({ ok: false, reason: "missing" });
    expect(noBase.issues.map(renderIssue)).toEqual([
      "config/base.yaml: the directory has no base.yaml; every configuration starts with one",
    ]);
  });

  it("warns about idle nulls, unused templates, .yml files and more runs than are comfortable", async () => {
    const targets = Array.from({ length: 600 }, (_, index) => `'http://h${index}/'`).join(", ");

    const outcome = await load({
      "base.yaml": `templates: { slow: { interval: 5m } }\nreceivers:\nchecks: { many: { probe: http, interval: 1s, timeout: 1s, targets: [${targets}] } }`,
      "production.yaml": "",
      "conf.d/late.yml": "",
      "conf.d/LOUD.YAML": "",
    });

    expect(outcome.warnings.map(renderIssue)).toEqual([
      expect.stringContaining("config: the checks make 600 runs a second"),
      "config/conf.d/LOUD.YAML: is no part of the config; one that should be is named LOUD.yaml",
      "config/conf.d/late.yml: is no part of the config; one that should be is named late.yaml",
      "config/base.yaml:1:14: templates.slow: no check uses this template (layer base)",
      "config/base.yaml:2:1: receivers: has no value and removes nothing; give it a value or delete the line (layer base)",
    ]);
  });

  it("changes its fingerprint with an interpolated value, and not with a comment", async () => {
    const text = 'checks: { shop: { probe: http, target: "${HOME_URL}" } }';

    const before = await loaded({ "base.yaml": text });
    const commented = await loaded({ "base.yaml": `# hello\n${text}` });
    const moved = await loaded({ "base.yaml": text }, { env: fixedEnv({ HOME_URL: "https://b.example.com/" }) });

    expect(commented.fingerprint).toBe(before.fingerprint);
    expect(moved.fingerprint).not.toBe(before.fingerprint);
  });

  it("tells faults between sections along with faults in checks and sections, and leaves out what was refused", async () => {
    const seen: unknown[] = [];
    const crossCheck: ConfigRequest["crossCheck"] = (config, isRefused) => {
      seen.push(
        Object.keys(openSections(config, sections).receivers ?? {}),
        isRefused("a"),
        isRefused("b"),
        isRefused("c"),
      );
      return locateInConfig(config, [{ path: ["receivers", "c"], message: "is never used" }]);
    };
    const receivers = "receivers: { a: { to: [{ kind: mail, port: 0 }] }, c: { to: [{ kind: mail, port: 5 }] } }\n";

    const issues = await issuesOf({ "base.yaml": `${receivers}checks: { b: { probe: no } }\n` }, { crossCheck });

    expect(issues).toEqual([
      expect.stringContaining("receivers.a.to[0].port: "),
      expect.stringContaining("receivers.c: is never used"),
      expect.stringContaining('unknown probe "no"'),
    ]);
    expect(seen).toEqual([["c"], true, true, false]);
  });

  it("finds the place of a problem that was found later", async () => {
    const config = await loaded({ "base.yaml": 'receivers:\n  a:\n    to: [{ kind: slack, url: "https://x" }]\n' });

    const [issue] = locateInConfig(config, [{ path: ["receivers", "a", "to", 0, "nothing"], message: "is odd" }]);

    expect(issue === undefined ? "" : renderIssue(issue)).toBe(
      "config/base.yaml:3:10: receivers.a.to[0].nothing: is odd (layer base)",
    );
  });
});
