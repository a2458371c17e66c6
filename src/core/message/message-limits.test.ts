import { describe, expect, it } from "vitest";
import { alert, createdAtMs, notification, rule, textOf } from "../../../test/support/samples/messages.ts";
import { columnsOf } from "./clean-text.ts";
import { composeMessage } from "./message.ts";

describe("core/message limits", () => {
  it("titles a test by what it carries", () => {
    const alerts = [alert({ annotations: { title: "值班群", summary: "This is a test" } })];

    expect(textOf({ intent: "test", alerts, externalUrl: "" })).toBe("测试 值班群\n这是通道测试,一切正常");
  });

  it("keeps the title within what a lock screen shows, and what is wrong readable", () => {
    const title = composeMessage(
      notification({ alerts: [alert({ annotations: { title: "很长的名字".repeat(20), reason: "refused" } })] }),
    ).title;

    expect(columnsOf(title)).toBeLessThanOrEqual(40);
    expect(title).toMatch(/^严重 .*… 拒绝连接$/);
  });

  it("strips what foreign text could do to a chat or a log (R21)", () => {
    const detail = "one\r\ntwo\u0000\u001b[31m\u009b\u202egnp.exe\u2066 \ud800 👨‍👩‍👧‍👦";

    expect(
      textOf({ alerts: [alert({ annotations: { title: "a\nb", detail } })], externalUrl: "" })
        .split("\n")
        .slice(0, 2),
    ).toEqual(["严重 a b 不可用", "one two[31mgnp.exe 👨‍👩‍👧‍👦"]);
  });

  it("cuts a 64 KiB detail on a grapheme (F105)", () => {
    const detail = "👨‍👩‍👧‍👦".repeat(6000);
    const line =
      composeMessage(notification({ alerts: [alert({ annotations: { title: "a", detail } })] })).lines[0]?.text ?? "";

    expect(line.length).toBeLessThanOrEqual(300);
    expect(line).toMatch(/^(?:👨‍👩‍👧‍👦)+…$/u);
  });

  it("links only to the web", () => {
    const hostile = { title: "a", runbook: "javascript:alert(1)", link_x: "https://x.example/<b>|y" };
    const { links, lines } = composeMessage(
      notification({ alerts: [alert({ annotations: hostile })], externalUrl: "" }),
    );

    expect(links).toEqual([{ text: "x", url: "https://x.example/%3Cb%3E%7Cy" }]);
    expect(lines.filter(({ block }) => block === "runbook")).toEqual([
      { block: "runbook", text: "手册: javascript:alert(1)" },
    ]);
  });

  it("shows a year only when it is another one, and nothing of a resolved alert's value", () => {
    const old = { ...rule, status: "resolved" as const, startsAtMs: Date.UTC(2025, 11, 31, 12), endsAtMs: createdAtMs };

    expect(textOf({ intent: "resolved", alerts: [old], externalUrl: "" })).not.toContain("当前值");
    expect(textOf({ intent: "resolved", alerts: [old] })).toContain("2025-12-31 20:00 至 10:00");
  });
});
