import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeRandom } from "../../../../test/support/fakes/fake-random.ts";
import { aNotification, anAlert, anOutboxRow, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { backOffMs, judgeAttempt } from "./judge-attempt.ts";

type Retryable = Extract<DeliveryOutcome, { kind: "retryable" }>;

const retryable = (more: Partial<Retryable> = {}): Retryable => ({
  kind: "retryable",
  reason: "server_error",
  detail: "HTTP 500",
  maybeDelivered: false,
  ...more,
});

const calm = { random: new FakeRandom(), persists: true, audience: "people", isCovered: true } as const;
const gone: DeliveryOutcome = { kind: "rejected", reason: "endpoint_gone", detail: "HTTP 404", scope: "endpoint" };

describe("alerting/delivery/outcome/judge-attempt", () => {
  it.each([
    ["delivered", { kind: "delivered", final: true }, "delivered"],
    ["rejected", { kind: "rejected", reason: "bad_message", detail: "d", scope: "message" }, "dead"],
  ] as const)("ends a row that was %s", (_name, outcome, end) => {
    expect(judgeAttempt(anOutboxRow("a"), outcome, madeAtMs, calm)).toEqual({
      outcome,
      notBeforeMs: madeAtMs,
      end,
    });
  });

  it.each([
    [3000, 3000],
    [0, 0],
    [1e12, 3_600_000],
  ])("honours a Retry-After of %i ms as %i ms", (afterMs, expectedMs) => {
    const judged = judgeAttempt(anOutboxRow("a"), retryable({ afterMs }), madeAtMs, calm);

    expect(judged).toMatchObject({ notBeforeMs: madeAtMs + expectedMs, end: undefined });
  });

  it("sends another form of the message at once", () => {
    expect(judgeAttempt(anOutboxRow("a"), retryable({ next: "shorten" }), madeAtMs, calm).notBeforeMs).toBe(madeAtMs);
  });

  it("gives up at once when the endpoint wants more time than is left", () => {
    const row = anOutboxRow("a", { giveUpAtMs: madeAtMs + 60_000, attempts: 2 });

    expect(judgeAttempt(row, retryable({ afterMs: 60_000 }), madeAtMs + 30_000, calm)).toMatchObject({
      end: "dead",
      outcome: { kind: "rejected", detail: "given up 30s after it was made, at attempt 3: HTTP 500" },
    });
  });

  it("waits never less than a quarter of a second, never beyond the row's time, and always comes to an end", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 2000, max: 86_400_000 }), (seed, lifeMs) => {
        const random = new FakeRandom(seed);
        let row = anOutboxRow("a", { giveUpAtMs: madeAtMs + lifeMs });
        let nowMs = madeAtMs;
        for (let attempts = 1; attempts < 20_000; attempts += 1) {
          const judged = judgeAttempt(row, retryable(), nowMs, { ...calm, random });
          if (judged.end === "dead") return nowMs > madeAtMs + lifeMs - 2000;
          if (judged.notBeforeMs < nowMs + 250 || judged.notBeforeMs > row.giveUpAtMs - 1000) return false;
          nowMs = judged.notBeforeMs;
          row = { ...row, attempts };
        }
        return false;
      }),
      { numRuns: 50 },
    );
  });

  it("tries a refused message on while nobody takes over, and not when somebody does", () => {
    const row = anOutboxRow("a");

    expect(judgeAttempt(row, gone, madeAtMs, calm)).toMatchObject({ end: undefined, outcome: gone });
    expect(judgeAttempt(row, gone, madeAtMs, { ...calm, persists: false })).toMatchObject({ end: "dead" });
    expect(judgeAttempt({ ...row, giveUpAtMs: madeAtMs + 900 }, gone, madeAtMs, calm)).toMatchObject({
      end: "dead",
      outcome: { reason: "endpoint_gone", detail: expect.stringMatching(/^given up .* HTTP 404$/) },
    });
  });

  it("rings once more where nobody knows whether it rang, not at once, and then no more", () => {
    const unknown = retryable({ reason: "unexpected_answer", detail: "HTTP 200", maybeDelivered: true });
    const phone = { ...calm, audience: "phone" } as const;
    const row = anOutboxRow("a");
    const again = { ...row, startedBefore: true, attempts: 1 };

    expect(judgeAttempt(row, unknown, madeAtMs, phone)).toMatchObject({
      end: undefined,
      notBeforeMs: madeAtMs + 30_000,
    });
    expect(judgeAttempt(again, retryable(), madeAtMs, phone)).toMatchObject({ end: undefined });
    expect(judgeAttempt(again, unknown, madeAtMs, phone)).toMatchObject({
      end: "dead",
      outcome: { reason: "unexpected_answer", detail: "not called again, it may have rung twice: HTTP 200" },
    });
  });

  it("rings on, more and more rarely, where nobody whom the receiver names takes over", () => {
    const unknown = retryable({ reason: "server_error", detail: "HTTP 503", maybeDelivered: true });
    const alone = { ...calm, audience: "phone", isCovered: false } as const;
    const delays = [0, 1, 2, 20].map((attempts) => {
      const row = anOutboxRow("a", { attempts, startedBefore: attempts > 0 });
      const { end, notBeforeMs } = judgeAttempt(row, unknown, madeAtMs, alone);
      return end ?? notBeforeMs - madeAtMs;
    });

    expect(delays).toEqual([30_000, 60_000, 120_000, 1_800_000]);
  });

  it.each([
    ["critical", "firing", "people", [1000, 2000, 60_000]],
    ["warning", "firing", "people", [60_000, 120_000, 1_800_000]],
    ["info", "firing", "people", [60_000, 120_000, 3_600_000]],
    ["critical", "resolved", "people", [60_000, 120_000, 3_600_000]],
    ["warning", "firing", "program", [1000, 2000, 60_000]],
  ] as const)(
    "says again what may have arrived, of what is %s and %s to a %s, at most so often",
    (severity, status, audience, mostMs) => {
      const alerts = [anAlert({ status, labels: { severity } })];
      const most = { ...calm, audience, random: { next: () => 0.999999 } };
      const intent = status === "firing" ? ("firing" as const) : ("resolved" as const);
      const delays = [0, 1, 20].map((attempts) => {
        const row = anOutboxRow("a", { attempts, notification: aNotification({ alerts, intent }) });
        const { notBeforeMs } = judgeAttempt(row, retryable({ maybeDelivered: true }), madeAtMs, most);
        return Math.round((notBeforeMs - madeAtMs) / 100) * 100;
      });

      expect(delays).toEqual(mostMs);
    },
  );

  it("lets another endpoint of the pool take at once what this one wants later", () => {
    const judged = judgeAttempt(anOutboxRow("a"), retryable({ afterMs: 60_000 }), madeAtMs, {
      ...calm,
      elsewhereMs: 0,
    });

    expect(judged).toMatchObject({ notBeforeMs: madeAtMs, end: undefined });
  });

  it("grows its cap from one second to one minute", () => {
    const most = { next: () => 0.999999 };

    expect([0, 1, 2, 5, 6, 100].map((attempts) => Math.round(backOffMs(attempts, most) / 1000))).toEqual([
      1, 2, 4, 32, 60, 60,
    ]);
  });
});
