import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { notifierKinds } from "../../notifiers/index.ts";
import { openReceivers } from "./receivers.ts";
import { receiversSchema } from "./receivers-schema.ts";

const schema = receiversSchema(notifierKinds);
const url = "https://hooks.example.com/services/T/B/x1";

function problems(section: unknown): readonly string[] {
  const parsed = schema.safeParse(section);
  return parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

describe("alerting/delivery/config/receivers", () => {
  it("opens what the schema parsed, with endpoints that show no secret", () => {
    const section = {
      "ops-chat": {
        title: "值班群",
        to: [
          { kind: "slack", url },
          { kind: "webhook", url, send_resolved: false, auth: { kind: "bearer", token: "t" } },
          { kind: "log" },
        ],
        deliver_within: { critical: "60s" },
      },
    };

    const receiver = openReceivers(schema.parse(section), notifierKinds).get("ops-chat");

    expect(receiver).toMatchObject({
      title: "值班群",
      deliverWithinMs: { critical: 60_000, warning: 86_400_000, info: 86_400_000 },
    });
    expect(receiver?.integrations.map(({ kind, sendResolved }) => [kind, sendResolved])).toEqual([
      ["slack", true],
      ["webhook", false],
      ["log", true],
    ]);
    expect(receiver?.integrations[0]?.endpoint).toMatch(/^hooks\.example\.com#[0-9a-f]{12}$/);
  });

  it("waits minutes, not a day, for what is grave where a fallback is named", () => {
    const section = { sms: { to: [{ kind: "log" }], fallback: ["dev"] }, dev: { to: [{ kind: "log" }] } };
    const receivers = openReceivers(schema.parse(section), notifierKinds);

    expect(receivers.get("sms")?.deliverWithinMs).toEqual({ critical: 300_000, warning: 1_800_000, info: 86_400_000 });
    expect(receivers.get("dev")?.deliverWithinMs.critical).toBe(86_400_000);
  });

  it("titles a receiver by its id when it has no title", () => {
    expect(openReceivers(schema.parse({ dev: { to: [{ kind: "log" }] } }), notifierKinds).get("dev")?.title).toBe(
      "dev",
    );
  });

  it.each<[name: string, section: unknown, problem: RegExp]>([
    ["an unknown notifier", { a: { to: [{ kind: "pigeon" }] } }, /^a\.to\.0\.kind: /],
    ["an option of another notifier", { a: { to: [{ kind: "log", url }] } }, /^a\.to\.0: Unrecognized key: "url"/],
    ["an empty list", { a: { to: [] } }, /^a\.to: a receiver needs at least one notifier/],
    [
      "a URL that is none",
      { a: { to: [{ kind: "slack", url: "hooks.example.com" }] } },
      /^a\.to\.0\.url: this is no URL/,
    ],
    [
      "another protocol",
      { a: { to: [{ kind: "slack", url: "ftp://example.com/" }] } },
      /^a\.to\.0\.url: the URL begins with ftp:/,
    ],
    ["credentials in the URL", { a: { to: [{ kind: "webhook", url: "https://u:p@example.com/" }] } }, /use `auth`/],
    [
      "a header of its own",
      { a: { to: [{ kind: "webhook", url, headers: { "Content-Length": "1" } }] } },
      /set by the notifier itself/,
    ],
    ["a proxy that is none", { a: { to: [{ kind: "slack", url, proxy: "proxy:3128" }] } }, /this is no proxy/],
    [
      "a header that is none",
      { a: { to: [{ kind: "webhook", url, headers: { "a b": "1" } }] } },
      /this is no HTTP header name/,
    ],
    [
      "a line break in a header",
      { a: { to: [{ kind: "webhook", url, headers: { "X-A": "b\r\nX-C: d" } }] } },
      /no line breaks/,
    ],
    [
      "a bare number as a duration",
      { a: { to: [{ kind: "log" }], deliver_within: { critical: "60" } } },
      /no duration/,
    ],
    ["too short a time", { a: { to: [{ kind: "log" }], deliver_within: { critical: "1s" } } }, /out of range/],
  ])("refuses %s", (_name, section, problem) => {
    expect(problems(section).join("\n")).toMatch(problem);
  });

  it("never repeats a secret in an error", () => {
    expect(
      problems({
        a: {
          to: [
            { kind: "slack", url: "CANARY" },
            { kind: "slack", url: "ssh://CANARY" },
          ],
        },
      }).join(),
    ).not.toContain("CANARY");
  });

  it("has a JSON Schema that marks the secrets", () => {
    const text = JSON.stringify(z.toJSONSchema(schema, { io: "input" }));

    expect(text).toContain('"writeOnly":true');
    expect(text).toContain('"const":"slack"');
  });

  it("has a README example that the schema takes", () => {
    const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
    const example = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1]?.replace(/\$\{\w+:-([^}]*)\}/g, "$1") ?? "";

    expect(problems((parse(example) as Readonly<{ receivers: unknown }>).receivers)).toEqual([]);
  });
});
