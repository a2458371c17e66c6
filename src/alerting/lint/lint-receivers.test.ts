import { describe, expect, it } from "vitest";
import { openReceivers } from "../delivery/config/receivers.ts";
import { receiversSchema } from "../delivery/config/receivers-schema.ts";
import { notifierKinds } from "../notifiers/index.ts";
import { lintReceivers } from "./lint-receivers.ts";

const lint = (...to: object[]) =>
  lintReceivers(openReceivers(receiversSchema(notifierKinds).parse({ ops: { to } }), notifierKinds));

describe("alerting/lint receivers", () => {
  it("doubts DingTalk robots whose security settings are met by nothing, a pool of them once", () => {
    const bare = { kind: "dingtalk", token: "t" };
    const pool = { kind: "dingtalk", robots: [{ token: "a" }, { token: "b" }, { token: "c", secret: "SECx" }] };

    expect(lint({ kind: "log" }, bare, pool)).toEqual([
      { path: ["receivers", "ops", "to", 1], message: expect.stringContaining("neither `keyword` nor `secret`") },
      { path: ["receivers", "ops", "to", 2], message: expect.stringContaining("neither `keyword` nor `secret`") },
    ]);
  });

  it("doubts none that signs or has a keyword", () => {
    const signed = { kind: "dingtalk", token: "t", secret: "SECx" };
    const robots = [{ token: "a" }, { token: "b" }];

    expect(lint(signed, { kind: "dingtalk", keyword: "监控", robots })).toEqual([]);
  });

  it.each([
    ["leaves no time to ring before its fallback", { deliver_within: { critical: "20s" }, fallback: ["log"] }, 1],
    ["leaves time", { deliver_within: { critical: "60s" }, fallback: ["log"] }, 0],
    ["has no fallback that would be told as well", { deliver_within: { critical: "20s" } }, 0],
  ])("counts what is hasty about a telephone that %s", (_what, more, count) => {
    const twilio = { kind: "twilio_voice", account_sid: `AC${"0".repeat(32)}`, secret: "s", from: "+15017122661" };
    const log = { to: [{ kind: "log" }] };
    const parsed = receiversSchema(notifierKinds).parse({ voice: { to: [twilio], ...more }, log });

    expect(lintReceivers(openReceivers(parsed, notifierKinds))).toHaveLength(count);
  });
});
