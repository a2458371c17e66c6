import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../test/support/samples/notifications.ts";
import { templateVariable, templateVariables } from "./template-words.ts";

describe("alerting/notifiers/template-words", () => {
  it.each([
    ["商城结算", "商城结算"],
    ["https://u:p@shop.example.com:8443/api?x=1 is down", "shop-example-com:8443 is down"],
    ["shop.example.com", "shop-example-com"],
    ["公司.中国", "公司-中国"],
    ["db-1 10.0.0.12:5432", "db-1 10-0-0-12:5432"],
    ["2001:db8::1 away", "2001-db8--1 away"],
    ["09:55", "09:55"],
    ["v2.8 0.4%", "v2.8 0.4%"],
    ["−42%", "-42%"],
    ["【测试】 {x} a@b 👍 \u200b", "测试 x a b"],
    ["", "-"],
    ["👍", "-"],
  ])("makes of %j the variable %j", (text, expected) => {
    expect(templateVariable(text, 40)).toBe(expected);
  });

  it("keeps to the length on a grapheme, and never has an address or nothing in it", () => {
    const part = fc.constantFrom(
      "a",
      "汉",
      ".",
      "com",
      "https://",
      "10.0.0.1",
      "e\u0301",
      "👨‍👩‍👧‍👦",
      " ",
      "/",
      "x.y",
      ":",
    );
    fc.assert(
      fc.property(fc.array(part), fc.integer({ min: 4, max: 40 }), (parts, longest) => {
        const variable = templateVariable(parts.join(""), longest);

        expect(variable.length).toBeGreaterThan(0);
        expect(variable.length).toBeLessThanOrEqual(longest);
        expect(variable).not.toMatch(/:\/\/|\d+\.\d+\.\d+\.\d+|[\p{L}\p{N}]\.\p{L}/u);
      }),
    );
  });

  it("says half as much when it is to be shorter, and only our own words when it is to be plain", () => {
    const alerts = [anAlert({ annotations: { title: "检查名称很长的商城结算接口", reason: "status" } })];
    const fields = ["severity", "subject", "what", "since"] as const;
    const variables = (form: object) => templateVariables(aNotification({ locale: "zh", alerts, ...form }), fields, 8);

    expect(variables({})).toEqual(["严重", "检查名称很长的…", "状态码异常", "09:55"]);
    expect(variables({ shorten: true })).toEqual(["严重", "检查名…", "状态码…", "09:…"]);
    expect(variables({ plainText: true })).toEqual(["严重", "-", "-", "09:55"]);
  });

  it("says first that it is a drill, also where the template has no severity, and when it is to be plain", () => {
    const alerts = [anAlert({ annotations: { title: "商城", reason: "status" } })];
    const variables = (fields: Parameters<typeof templateVariables>[1], form: object = {}) =>
      templateVariables(aNotification({ locale: "zh", isDrill: true, alerts, ...form }), fields, 12);

    expect(variables(["subject", "severity"])).toEqual(["商城", "演练严重"]);
    expect(variables(["subject", "what"])).toEqual(["演练商城", "状态码异常"]);
    expect(variables(["subject", "what"], { locale: "en" })).toEqual(["DRILL 商城", "wrong status"]);
    expect(variables(["subject", "what"], { plainText: true })).toEqual(["演练", "-"]);
    expect(variables(["subject"], { truncatedAlerts: 4 })).toEqual(["演练商城 等5项"]);
  });

  it("says at the end how long it lasted and when it was over, not when it began", () => {
    const over = anAlert({ status: "resolved", endsAtMs: madeAtMs, annotations: { title: "商城" } });
    const fields = ["severity", "subject", "what", "since"] as const;
    const end = { intent: "resolved", alerts: [over] } as const;

    expect(templateVariables(aNotification({ locale: "zh", ...end }), fields, 12)).toEqual([
      "已恢复",
      "商城",
      "历时 5 分",
      "10:00",
    ]);
    expect(templateVariables(aNotification(end), fields, 20)).toEqual(["Resolved", "商城", "after 5 min", "10:00"]);
  });

  it("says of how many alerts it tells, where no variable of its own does", () => {
    const several = { alerts: [anAlert({ annotations: { title: "核心交换机与全部上联口" } })], truncatedAlerts: 347 };
    const chinese = aNotification({ locale: "zh", ...several });

    expect(templateVariables(chinese, ["subject"], 12)).toEqual(["核心交换机… 等348项"]);
    expect(templateVariables(aNotification(several), ["subject"], 8)).toEqual(["核心… +347"]);
    expect(templateVariables(chinese, ["subject"], 6)).toEqual(["核心交换机…"]);
    expect(templateVariables(chinese, ["subject", "count"], 12)).toEqual(["核心交换机与全部上联口", "348"]);
  });

  it("says of a test that nothing is wrong", () => {
    const test = aNotification({ locale: "zh", intent: "test", alerts: [] });

    expect(templateVariables(test, ["severity", "what"], 20)).toEqual(["测试", "一切正常"]);
  });

  it("says that it is a drill", () => {
    expect(templateVariables(aNotification({ locale: "zh", isDrill: true }), ["severity"], 12)).toEqual(["演练严重"]);
  });
});
