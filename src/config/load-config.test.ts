import { describe, expect, it } from "vitest";
import { fixedEnv } from "../../test/support/fakes/memory-config-files.ts";
import { issuesOf, load, loaded, sections } from "../../test/support/worlds/config-world.ts";
import type { ConfigRequest } from "./config-request.ts";
import { locateInConfig, openSections } from "./loaded-config.ts";
import { renderIssue } from "./source/issue.ts";

describe("config/load-config", () => {
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
