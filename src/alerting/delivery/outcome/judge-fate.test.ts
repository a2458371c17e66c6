import { describe, expect, it } from "vitest";
import { anOutboxRow, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import type { Fate } from "../../../core/alerting/notifier.ts";
import { firstAskMs, judgeFate } from "./judge-fate.ts";

const minuteMs = 60_000;
const ringing: Fate = { kind: "open", detail: "ringing", suffices: false };
const sent: Fate = { kind: "open", detail: "sent", suffices: true };
const lost: Fate = { kind: "retryable", reason: "reset", detail: "broken", maybeDelivered: true };
const accepted = { externalId: "CA1", atMs: madeAtMs, endpoint: "voice", detail: "to +86138****1234" };
const row = (withinMs: number) => anOutboxRow("a", { accepted, giveUpAtMs: madeAtMs + withinMs });

describe("alerting/delivery/outcome/judge-fate", () => {
  it("asks first after ten seconds, and no later than its time is over", () => {
    expect(firstAskMs(row(minuteMs), madeAtMs)).toBe(madeAtMs + 10_000);
    expect(firstAskMs(row(4000), madeAtMs)).toBe(madeAtMs + 4000);
  });

  it.each<[string, Fate]>([
    ["open", ringing],
    ["open, though it may do", sent],
    ["not to be learned now", lost],
  ])("asks again, more and more rarely, what is %s", (_what, fate) => {
    const pauses = [10_000, 60_000, 5 * minuteMs].map((ageMs) => {
      const judged = judgeFate(row(3_600_000), fate, madeAtMs + ageMs);
      return "againAtMs" in judged ? judged.againAtMs - madeAtMs - ageMs : undefined;
    });

    expect(pauses).toEqual([5000, 15_000, 60_000]);
  });

  it("asks for the last time when the time of the row is over, or ten minutes are", () => {
    expect(judgeFate(row(minuteMs), ringing, madeAtMs + 58_000)).toEqual({ againAtMs: madeAtMs + minuteMs });
    expect(judgeFate(row(3_600_000), ringing, madeAtMs + 590_000)).toEqual({ againAtMs: madeAtMs + 10 * minuteMs });
  });

  it.each<[string, Fate, object]>([
    ["was under way", ringing, { kind: "rejected", scope: "recipient", reason: "undelivered" }],
    ["was handed over", sent, { kind: "delivered", final: false, detail: "to +86138****1234; sent" }],
    ["could not be asked after", lost, { kind: "delivered", final: false }],
  ])("ends what %s when the time is over", (_what, fate, end) => {
    expect(judgeFate(row(minuteMs), fate, madeAtMs + minuteMs)).toMatchObject({ end });
  });

  it("ends with what is certain at once, and keeps the number", () => {
    const heard: Fate = { kind: "delivered", final: true, detail: "completed" };
    const busy: Fate = { kind: "rejected", scope: "recipient", reason: "no_answer", detail: "busy" };

    expect(judgeFate(row(minuteMs), heard, madeAtMs + 1)).toEqual({
      end: { kind: "delivered", final: true, detail: "to +86138****1234; completed" },
    });
    expect(judgeFate(row(minuteMs), busy, madeAtMs + 1)).toEqual({ end: busy });
  });
});
