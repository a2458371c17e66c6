import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import { configurationTable, optionDescriptions } from "../../support/samples/unit-docs.ts";
import { canary, notifierSuite } from "./notifier-suite.ts";

const folder = new URL("../../../src/alerting/notifiers/", import.meta.url);
const specimens: Readonly<Record<string, unknown>> = {
  teams: {
    url: `https://prod-1.logic.example/workflows/x?sig=${canary}`,
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  discord: { url: `https://discord.example/api/webhooks/1/${canary}`, proxy: `http://u:${canary}@proxy.example:3128` },
  telegram: { token: `1:${canary}`, chat_id: -100, proxy: `http://u:${canary}@proxy.example:3128` },
  aliyun_sms: {
    key: "LTAI0123456789",
    secret: canary,
    sign_name: "监控",
    template: "SMS_1",
    phone: "+8613800001234",
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  aliyun_voice: {
    key: "LTAI0123456789",
    secret: canary,
    template: "TTS_1",
    phone: "+8613800001234",
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  tencent_sms: {
    secret_id: "AKID0123456789",
    secret_key: canary,
    app_id: "1400006666",
    sign_name: "监控",
    template: "1234",
    phone: "+8613800001234",
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  tencent_voice: {
    secret_id: "AKID0123456789",
    secret_key: canary,
    app_id: "1400006666",
    template: "1234",
    phone: "+8613800001234",
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  alertmanager: {
    urls: ["https://am-1.example.com", "https://am-2.example.com"],
    auth: { kind: "bearer", token: canary },
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  feishu: { token: canary, secret: canary, proxy: `http://u:${canary}@proxy.example:3128` },
  wecom: { key: canary, proxy: `http://u:${canary}@proxy.example:3128` },
  dingtalk: { token: canary, secret: canary, proxy: `http://u:${canary}@proxy.example:3128` },
  email: {
    host: "mail.example.com",
    auth: { username: "watchfire", password: canary },
    from: "watchfire@example.com",
    to: ["a@example.com", "b@example.com"],
  },
  exec: { command: ["/usr/local/bin/tell", "--now"], env: { TELL_TOKEN: canary } },
  log: {},
  pagerduty: { routing_key: canary.padEnd(32, "0"), proxy: `http://u:${canary}@proxy.example:3128` },
  slack_bot: { token: `xoxb-${canary}`, channel: "C012AB3CD", proxy: `http://u:${canary}@proxy.example:3128` },
  twilio_sms: {
    account_sid: `AC${"0".repeat(32)}`,
    secret: canary,
    from: "+15017122661",
    phone: "+8613800001234",
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  twilio_voice: {
    account_sid: `AC${"0".repeat(32)}`,
    secret: canary,
    from: "+15017122661",
    phone: "+8613800001234",
    proxy: `http://u:${canary}@proxy.example:3128`,
  },
  slack: { url: `https://hooks.slack.example/services/T/B/${canary}`, proxy: `http://u:${canary}@proxy.example:3128` },
  webhook: {
    url: `https://hook.example.com/${canary}`,
    secret: canary,
    auth: { kind: "basic", username: "watchfire", password: canary },
    headers: { "X-Token": canary },
  },
};

for (const kind of notifierKinds) notifierSuite({ kind, options: specimens[kind.kind] });

describe("alerting/notifiers", () => {
  it("has one folder per kind in the array", () => {
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(folders.map(({ name }) => name).sort()).toEqual(notifierKinds.map(({ kind }) => kind).sort());
  });

  it.each(notifierKinds)(
    "documents every option of $kind in the README as the schema does (UPDATE_DOCS=1 writes it)",
    (kind) => {
      const path = new URL(`${kind.kind}/README.md`, folder);
      const readme = readFileSync(path, "utf8");

      for (const [option, { description }] of optionDescriptions(kind)) expect(description, option).toBeTruthy();
      if (optionDescriptions(kind).size > 0) {
        const table = configurationTable(kind);
        const wanted = readme.replace(
          /(<!-- configuration -->\n)[\s\S]*?(?=<!-- end -->)/,
          (_, marker: string) => marker + table,
        );
        if (process.env["UPDATE_DOCS"] === "1" && wanted !== readme) writeFileSync(path, wanted);
        else expect(readme).toContain(table);
      }
      const sections = [...readme.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
      expect(sections).toEqual(["Purpose", "Configuration", "Metrics", "Failure codes", "Example", "Caveats"]);
    },
  );

  it("holds calls and texts of one Twilio number apart: where no call goes through, a text does", () => {
    const one = { account_sid: `AC${"0".repeat(32)}`, secret: canary, from: "+15017122661" };
    const twilio = notifierKinds.filter(({ kind }) => kind.startsWith("twilio_"));

    expect(new Set(twilio.map((kind) => kind.open(one).endpoint)).size).toBe(2);
  });

  it.each(notifierKinds)("has a README example for $kind that the schema takes", ({ kind }) => {
    const readme = readFileSync(new URL(`${kind}/README.md`, folder), "utf8");
    const example = /```yaml\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
    const filled = example.replace(/\$\{\w+:-([^}]*)\}/g, "$1");
    const { receivers } = parse(filled) as Readonly<{ receivers: unknown }>;

    expect(receiversSchema(notifierKinds).safeParse(receivers).error).toBeUndefined();
  });
});
