import { describe, expect, it } from "vitest";
import { eventDetail, eventText } from "./incident-event.ts";

describe("api/page/incident-event", () => {
  it.each([
    ["opened", "critical: 19 alerts firing", "严重,19 条告警"],
    ["joined", "1 alert more: Shop is down", "1 条:Shop is down"],
    ["severity", "now critical", "严重"],
    ["told", "ops: chat: new alerts added", "ops: chat(有新告警)"],
    ["told", "ops", "ops"],
    ["resolved", "all alerts resolved", "全部恢复"],
    ["comment", "now critical", "now critical"],
  ])("says %s, %s in Chinese", (kind, detail, said) => {
    expect(eventDetail({ kind, detail }, "zh")).toBe(said);
    expect(eventDetail({ kind, detail }, "en")).toBe(detail);
  });

  it("names the kind in front where it has a word", () => {
    expect(eventText({ kind: "severity", detail: "now warning" }, "zh")).toBe("严重程度变化 警告");
    expect(eventText({ kind: "unheard", detail: "of" }, "zh")).toBe("of");
  });
});
