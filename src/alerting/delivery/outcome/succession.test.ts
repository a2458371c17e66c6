import { describe, expect, it } from "vitest";
import { aNotification, anAlert, anOutboxRow } from "../../../../test/support/samples/notifications.ts";
import type { Alert } from "../../../core/alerting/alert.ts";
import { isPast, noSuccession, type Standing, stillToTell } from "./succession.ts";

const firing = anAlert();
const over: Alert = { ...firing, status: "resolved", fingerprint: "other" };

function asking(standing: Standing, rings: boolean) {
  return { succession: { ...noSuccession, standingOf: () => standing }, rings };
}

function rowOf(...alerts: readonly Alert[]) {
  return anOutboxRow("a", { notification: aNotification({ alerts }) });
}

describe("alerting/delivery/outcome/succession", () => {
  it.each([
    ["open", false],
    ["taken", true],
    ["over", true],
  ] as const)("counts a beginning as past by how it stands: %s", (standing, is) => {
    expect(isPast(rowOf(firing), asking(standing, true))).toBe(is);
  });

  it("keeps what tells an end, too, and what says something else than alerts", () => {
    expect(isPast(rowOf(firing, over), asking("taken", true))).toBe(false);
    expect(isPast(rowOf(over), asking("over", true))).toBe(false);
    expect(isPast(rowOf(), asking("over", true))).toBe(false);
  });

  it("hands on what is taken where that was only to be read, and not where it was to find somebody", () => {
    expect(stillToTell(rowOf(firing, over), asking("taken", false))?.notification.alerts).toEqual([firing]);
    expect(stillToTell(rowOf(firing), asking("taken", true))).toBeUndefined();
    expect(stillToTell(rowOf(firing), asking("over", false))).toBeUndefined();
  });
});
