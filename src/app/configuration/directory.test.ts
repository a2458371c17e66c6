import { describe, expect, it } from "vitest";
import { aNotification, anAlert } from "../../../test/support/samples/notifications.ts";
import { alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import { crew, crewReceivers } from "../../../test/support/worlds/escalation-world.ts";
import { readPage } from "../../api/page-tokens.ts";
import type { AppConfig } from "./app-config.ts";
import { directoryOf } from "./directory.ts";

const nowMs = Date.parse("2026-11-24T12:00+08:00");
const alerting = alertingConfigOf([], crew, crewReceivers);
const receivers = new Map(Object.keys(crewReceivers).map((name) => [name, {}]));
const directory = directoryOf({ receivers, alerting } as unknown as AppConfig, "key", {
  escalation: () => alerting.escalation,
});

describe("app/configuration/directory", () => {
  it("leads references to the people of the moment", () => {
    expect(directory.reach("oncall/ops", "critical", nowMs)).toEqual([
      { receiver: "voice", recipient: "a" },
      { receiver: "chat", recipient: "a" },
    ]);
    expect(directory.reach("oncall/ops+1", "warning", nowMs)).toEqual([{ receiver: "chat", recipient: "b" }]);
    expect(directory.reach("pager", "critical", nowMs)).toEqual([]);
  });

  it("leads from a message to its page's forms, and to evidence where a check tells it", () => {
    const { take = "", ...others } = directory.pagesOf?.(aNotification({ incident: "i-1" }), nowMs) ?? {};
    const ofRule = aNotification({ incident: "i-1", alerts: [anAlert({ labels: { alertname: "disk-full" } })] });

    expect(others).toEqual({ snooze: `${take}#snooze`, evidence: `${take}#evidence` });
    expect(directory.pagesOf?.(ofRule, nowMs)).not.toHaveProperty("evidence");
  });

  it("gives what fires a link that is good for twelve hours, and closing only to a person", () => {
    const grantOf = (recipient: string | undefined) => {
      const notification = aNotification({ incident: "i-1", ...(recipient === undefined ? {} : { recipient }) });
      const take = directory.pagesOf?.(notification, nowMs)?.take ?? "";
      expect(take).toMatch(/^http:\/\/watch\.example\.com\/i\/[\w-]+\.[\w-]+$/);
      return readPage("key", take.split("/i/")[1] ?? "", nowMs + 12 * 3_600_000 - 1);
    };

    expect(grantOf("a")).toMatchObject({
      is: "good",
      grant: { incident: "i-1", recipient: "a", receiver: aNotification().receiver },
    });
    expect(grantOf("a")).toMatchObject({ grant: { actions: expect.arrayContaining(["resolve"]) } });
    expect(grantOf(undefined)).toMatchObject({ grant: { actions: expect.not.arrayContaining(["resolve"]) } });
    expect(directory.pagesOf?.(aNotification({ intent: "resolved" }), nowMs)).toBeUndefined();
    expect(directory.pagesOf?.(aNotification({ isIncidentOver: true }), nowMs)).toBeUndefined();
    expect(directory.pagesOf?.(aNotification({ intent: "test" }), nowMs)).toBeUndefined();
  });
});
