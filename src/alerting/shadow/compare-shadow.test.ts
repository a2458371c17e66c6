import { describe, expect, it } from "vitest";
import { anAlert } from "../../../test/support/samples/notifications.ts";
import { notification, outboxRow } from "../../../test/support/samples/store-records.ts";
import { AlertingWorld, alertingConfigOf } from "../../../test/support/worlds/alerting-world.ts";
import type { ShadowNotice } from "../../core/alerting/shadow-notice.ts";
import type { Labels } from "../../core/labels.ts";
import { compareShadow } from "./compare-shadow.ts";
import { noteShadow, noticesOf } from "./note-shadow.ts";

const minuteMs = 60_000;
const shop = { instance: "https://shop/" };

function notice(side: ShadowNotice["side"], minute: number, labels: Labels = shop): ShadowNotice {
  const fingerprint = `${side}-${JSON.stringify(labels)}`;
  return { side, fingerprint, labels, startsAtMs: minute * minuteMs, atMs: minute * minuteMs, receiver: "ops" };
}

function compared(...notices: readonly ShadowNotice[]) {
  const { both, onlyThere, onlyHere } = compareShadow(notices, 10 * minuteMs);
  return {
    both: both.map(({ laterMs }) => laterMs / minuteMs),
    onlyThere: onlyThere.length,
    onlyHere: onlyHere.length,
  };
}

describe("alerting/shadow", () => {
  it.each<[string, readonly ShadowNotice[], ReturnType<typeof compared>]>([
    ["what both told, later here", [notice("there", 1), notice("here", 3)], { both: [2], onlyThere: 0, onlyHere: 0 }],
    [
      "what both told, earlier here",
      [notice("there", 3), notice("here", 1)],
      { both: [-2], onlyThere: 0, onlyHere: 0 },
    ],
    ["what only the old one told", [notice("there", 1)], { both: [], onlyThere: 1, onlyHere: 0 }],
    ["what only this one would have told", [notice("here", 1)], { both: [], onlyThere: 0, onlyHere: 1 }],
    ["what is too far apart", [notice("there", 1), notice("here", 12)], { both: [], onlyThere: 1, onlyHere: 1 }],
    [
      "one here for several there",
      [
        notice("there", 1, { ...shop, alertname: "A" }),
        notice("there", 2, { ...shop, alertname: "B" }),
        notice("here", 1),
      ],
      { both: [0, -1], onlyThere: 0, onlyHere: 0 },
    ],
    [
      "a label that differs",
      [notice("there", 1, { ...shop, service: "a" }), notice("here", 1, { ...shop, service: "b" })],
      { both: [], onlyThere: 1, onlyHere: 1 },
    ],
    [
      "labels of which neither says what it is about",
      [notice("there", 1, { alertname: "A" }), notice("here", 1, { alertname: "A" })],
      { both: [], onlyThere: 1, onlyHere: 1 },
    ],
  ])("compares %s", (_what, notices, wanted) => {
    expect(compared(...notices)).toEqual(wanted);
  });

  it("notes each occurrence once, over a restart, and forgets it after two weeks", () => {
    const world = new AlertingWorld(alertingConfigOf([]));
    const now = (side: ShadowNotice["side"]): ShadowNotice => ({ ...notice(side, 0), atMs: world.nowMs });

    expect(world.perform(noteShadow([now("there"), now("here")]))).toBe(2);
    world.restart();
    world.nowMs += minuteMs;
    expect(world.perform(noteShadow([now("there")]))).toBe(0);
    world.nowMs += 15 * 86_400_000;
    expect(world.perform(noteShadow([{ ...now("there"), startsAtMs: 1 }]))).toBe(1);

    expect(world.engine.snapshot().shadowNotices.map(({ startsAtMs }) => startsAtMs)).toEqual([1]);
  });

  it("keeps the newest five thousand of each side", () => {
    const world = new AlertingWorld(alertingConfigOf([]));
    const many = Array.from({ length: 5001 }, (_, index) => ({
      ...notice("there", 0),
      startsAtMs: index,
      atMs: world.nowMs + index,
    }));

    world.perform(
      noteShadow([notice("here", 0), ...many].map((each) => ({ ...each, atMs: each.atMs || world.nowMs }))),
    );

    const kept = world.engine.snapshot().shadowNotices;
    expect(kept.filter(({ side }) => side === "there")).toHaveLength(5000);
    expect(kept.filter(({ side }) => side === "here")).toHaveLength(1);
  });

  it("takes of a message what fires, and nothing of what ends or is about the daemon itself", () => {
    const [firing, over] = [anAlert(), anAlert({ status: "resolved", endsAtMs: 9 })];
    const own = anAlert({ labels: { alertname: "WatchfireTrouble", component: "uplink" } });
    const row = outboxRow("r1", { notification: notification({ alerts: [firing, over, own] }) });
    const { fingerprint, labels, startsAtMs } = firing;

    expect(noticesOf(row, 5)).toEqual([{ side: "here", fingerprint, labels, startsAtMs, atMs: 5, receiver: "ops" }]);
    expect(noticesOf({ ...row, notification: { ...row.notification, intent: "resolved" } }, 5)).toEqual([]);
  });
});
