import { describe, expect, it } from "vitest";
import { aNotification, anAlert } from "../../../test/support/samples/notifications.ts";
import type { Notification } from "../alerting/notification.ts";
import { columnsOf } from "./clean-text.ts";
import { composeMessage, plainTextOf } from "./message.ts";
import { fieldsOf } from "./message-fields.ts";
import { filledLine, type MessageStyle, messageFields, unknownFields } from "./message-style.ts";

const styled = (style: MessageStyle, overrides: Partial<Notification> = {}): string =>
  plainTextOf(composeMessage(aNotification({ externalUrl: "", ...overrides, style })));

describe("core/message/message-style", () => {
  it("calls severities what the organisation calls them, in lists too", () => {
    const alerts = [anAlert(), anAlert({ fingerprint: "2" })];

    expect(styled({ severityNames: { critical: "P1" } }, { alerts })).toMatch(
      /^P1: Checkout – wrong status\n[^]*\nP1: Checkout – wrong status$/,
    );
  });

  it("shows the blocks that it names, in that order, and always the title, the environment and the notes", () => {
    expect(styled({ blocks: ["chain", "impact"] }, { env: "staging", possibleDuplicate: true })).toBe(
      [
        "Critical: Checkout – wrong status",
        "Environment: staging",
        "Since 09:55 (5 min)",
        "HTTP 502, expected 200-299",
        "https://shop.example.com/api/checkout",
        "Possible duplicate: how the last attempt ended is not known",
      ].join("\n"),
    );
  });

  it("leaves links out where the style has none", () => {
    const notification = aNotification({ style: { blocks: ["title"] } });

    expect(composeMessage(notification).links).toEqual([]);
  });

  it("drops nothing of a message that is about no alert", () => {
    const text = { title: "Hand-over", lines: ["Ann to Bob"] };

    expect(styled({ blocks: ["chain"] }, { alerts: [], text })).toBe("Hand-over\nAnn to Bob");
  });

  it("words each block by its line, whose fields are filled in once", () => {
    const alerts = [anAlert({ annotations: { title: "{detail}", detail: "{title} {{subject}}", reason: "status" } })];
    const lines = { title: "[{severity}] {subject}", impact: "{what}: {detail}", change: "changed {change}" };

    expect(styled({ lines, blocks: ["title", "impact", "change"] }, { alerts })).toBe(
      "[Critical] {detail}\nwrong status: {title} {{subject}}",
    );
  });

  it("cuts a title of its own to 40 columns, says that it is a drill, and never leaves it empty", () => {
    const long = styled({ lines: { title: "{subject}".repeat(30) } }, { isDrill: true }).split("\n")[0] ?? "";

    expect(columnsOf(long)).toBeLessThanOrEqual(40);
    expect(long).toMatch(/^DRILL Checkout/);
    expect(styled({ lines: { title: "{chain}" } })).toMatch(/^Critical: Checkout/);
    const once = styled({ lines: { title: "{severity} {subject}" } }, { isDrill: true });
    expect(once).toMatch(/^DRILL Critical Checkout/);
  });

  it("has a clean line for every field, whatever the notification", () => {
    for (const overrides of [{}, { alerts: [] }, { text: { title: "a\nb", lines: [] } }]) {
      const fields = fieldsOf(aNotification(overrides), undefined);

      expect(Object.keys(fields)).toEqual([...messageFields]);
      for (const field of Object.values(fields)) expect(field).not.toMatch(/\n/);
    }
  });

  it("finds the fields that there are not", () => {
    expect(unknownFields("{severity} {sverity} {0} { subject }")).toEqual(["sverity", "0"]);
    expect(filledLine("no field at all", fieldsOf(aNotification(), undefined))).toBe("no field at all");
  });
});
