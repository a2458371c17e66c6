import { describe, expect, it } from "vitest";
import { aNotification, anAlert, madeAtMs } from "../../../test/support/samples/notifications.ts";
import type { Alert } from "../alerting/alert.ts";
import { composeMessage } from "./message.ts";

const base = anAlert().labels;

function queue(severity: string, status: Alert["status"], labels: Record<string, string> = {}): Alert {
  return anAlert({
    fingerprint: `${severity} ${JSON.stringify(labels)}`,
    labels: { ...base, alertname: "queue-long", severity, ...labels },
    annotations: { title: "Queue" },
    status,
    ...(status === "resolved" ? { endsAtMs: madeAtMs } : {}),
  });
}

function linesAbout(locale: "en" | "zh", ...alerts: readonly Alert[]): readonly string[] {
  const { lines } = composeMessage(aNotification({ locale, alerts }));
  return lines.filter(({ block }) => block === "others").map(({ text }) => text);
}

describe("core/message listed alerts", () => {
  it("says of what fires on at a milder severity that it is no longer that grave, and not that it recovered", () => {
    const [milder, graver] = [queue("warning", "firing"), queue("critical", "resolved")];

    expect(linesAbout("en", milder, graver)).toEqual(["No longer Critical: Queue"]);
    expect(linesAbout("zh", milder, graver)).toEqual(["不再严重 Queue"]);
  });

  it("leaves out what has become graver, which that says already", () => {
    expect(linesAbout("en", queue("critical", "firing"), queue("warning", "resolved"))).toEqual([]);
  });

  it("says of all else that is over that it recovered", () => {
    const other = queue("critical", "resolved", { instance: "b" });

    expect(linesAbout("en", queue("warning", "firing"), other)).toEqual(["Resolved: Queue"]);
  });
});
