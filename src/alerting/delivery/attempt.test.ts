import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { aNotification, anOutboxRow, madeAtMs } from "../../../test/support/samples/notifications.ts";
import { noSmtp } from "../../../test/support/servers/no-smtp.ts";
import type { NotifyIo } from "../../core/alerting/notifier.ts";
import { attempt, notificationNow } from "./attempt.ts";

const clock = new FakeClock();
const io: NotifyIo = {
  now: () => clock.now(),
  http: { request: () => Promise.reject(new Error("unused")) },
  smtp: noSmtp,
  log: () => {},
};

describe("alerting/delivery/attempt", () => {
  it("contains a notifier that cannot build its message, without its words", async () => {
    const throwing = (thrown: unknown) => ({
      endpoint: "e",
      prepare() {
        throw thrown;
      },
    });
    const sendWith = (thrown: unknown) =>
      attempt(throwing(thrown), aNotification(), { io, clock, abort: new AbortController() });

    expect(await sendWith(new RangeError("SECRET"))).toEqual({
      kind: "rejected",
      scope: "message",
      reason: "internal",
      detail: "the message could not be built: RangeError",
    });
    expect(await sendWith("SECRET")).toMatchObject({ detail: "the message could not be built: string" });
    expect(clock.pendingTimers).toBe(0);
  });

  it("says for whom it is by the config of the moment", () => {
    const row = anOutboxRow("a", { notification: aNotification({ recipient: "b" }) });
    const contact = { title: "On-call B", addresses: { phone: "+8613800000002" } };

    expect(notificationNow(row, madeAtMs, { contacts: new Map([["b", contact]]) })).toEqual({
      ...row.notification,
      contact,
    });
    expect(notificationNow(row, madeAtMs)).toEqual(row.notification);
  });

  it("marks a message as late only after a minute, and as a possible duplicate only when it may be one", () => {
    const row = anOutboxRow("a");

    expect(notificationNow(row, madeAtMs + 60_000)).toEqual(row.notification);
    expect(notificationNow({ ...row, startedBefore: true }, madeAtMs + 60_001)).toMatchObject({
      lateMs: 60_001,
      possibleDuplicate: true,
    });
  });
});
