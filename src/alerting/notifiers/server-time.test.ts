import { describe, expect, it } from "vitest";
import { noSmtp } from "../../../test/support/servers/no-smtp.ts";
import type { NotifyIo } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import { signedExchange } from "./server-time.ts";

const nowMs = Date.UTC(2026, 10, 23, 2);
const refused = (headers: Readonly<Record<string, string>>): NotifyAnswer => ({
  ok: true,
  status: 403,
  headers,
  body: "",
});

async function momentsFor(
  first: NotifyAnswer,
): Promise<Readonly<{ moments: readonly number[]; logged: readonly unknown[] }>> {
  const moments: number[] = [];
  const logged: unknown[] = [];
  const http = { request: () => Promise.resolve(first) };
  const io: NotifyIo = { now: () => nowMs, http, smtp: noSmtp, log: (...line) => void logged.push(line) };
  const post = (atMs: number): Promise<NotifyAnswer> => {
    moments.push(atMs);
    return Promise.resolve(first);
  };
  await signedExchange({ endpoint: "e", post, refusesSignature: (answer) => answer.ok && answer.status === 403 }, io);
  return { moments, logged };
}

describe("alerting/notifiers/server-time", () => {
  it.each([
    ["Mon, 23 Nov 2026 05:00:00 GMT", Date.UTC(2026, 10, 23, 5)],
    ["GMT", nowMs],
    ["1", nowMs],
    ["", nowMs],
  ])("signs once more by the header Date %j", async (date, expected) => {
    expect((await momentsFor(refused({ date }))).moments).toEqual([nowMs, expected]);
  });

  it("signs once more by its own clock where the other end tells no time", async () => {
    expect((await momentsFor(refused({}))).moments).toEqual([nowMs, nowMs]);
  });

  it("signs once where the signature is not what was refused", async () => {
    expect((await momentsFor({ ok: true, status: 200, headers: {}, body: "" })).moments).toEqual([nowMs]);
    expect((await momentsFor({ ok: false, reason: "reset", detail: "E", sent: true })).moments).toEqual([nowMs]);
  });

  it("tells by how much the two clocks differ, when that is more than a minute", async () => {
    const { logged } = await momentsFor(refused({ date: "Mon, 23 Nov 2026 05:00:00 GMT" }));

    expect(logged).toEqual([["warn", "notifier_clock_differs", { endpoint: "e", ahead_seconds: -10_800 }]]);
    expect((await momentsFor(refused({ date: "Mon, 23 Nov 2026 02:00:59 GMT" }))).logged).toEqual([]);
  });
});
