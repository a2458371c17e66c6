import { describe, expect, it } from "vitest";
import type { Alert } from "../../core/alerting/alert.ts";
import { AlertStory } from "./alert-story.ts";

const alert = (status: Alert["status"], updatedAtMs = 0): Alert => ({
  fingerprint: "f1",
  labels: { alertname: "CheckDown" },
  annotations: { detail: "refused" },
  status,
  startsAtMs: 0,
  updatedAtMs,
});

function storyOf() {
  const lines: string[] = [];
  const write = (event: string): void => void lines.push(event);
  return { lines, story: new AlertStory({ debug: write, info: write, warn: write, error: write }) };
}

describe("app/daemon/alert-story", () => {
  it("tells each beginning and each end once", () => {
    const { lines, story } = storyOf();

    for (const each of [alert("firing"), alert("firing", 5), alert("resolved"), alert("resolved", 9)]) {
      story.tell({ alerts: [each], removedAlerts: [] });
    }

    expect(lines).toEqual(["alert_firing", "alert_resolved"]);
  });

  it("tells an alert again that comes back after it was forgotten", () => {
    const { lines, story } = storyOf();

    story.tell({ alerts: [alert("resolved")], removedAlerts: [] });
    story.tell({ alerts: [], removedAlerts: ["f1"] });
    story.tell({ alerts: [alert("firing")], removedAlerts: [] });

    expect(lines).toEqual(["alert_resolved", "alert_firing"]);
  });
});
