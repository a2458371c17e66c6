import { describe, expect, it } from "vitest";
import { aNotification, anOutboxRow, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { digestRow } from "./digest.ts";

describe("alerting/delivery/lanes/digest", () => {
  it("goes to everybody whom the receiver reaches as soon as one of the messages in it does", () => {
    const forOne = anOutboxRow("a", { notification: aNotification({ recipient: "ann" }) });
    const forAll = anOutboxRow("b", { notification: aNotification({ recipient: "ann", isForAll: true }) });
    const settings = { id: "d", notBeforeMs: madeAtMs };

    expect(digestRow([forOne, forAll], settings).notification.isForAll).toBe(true);
    expect(digestRow([forOne, forOne], settings).notification).not.toHaveProperty("isForAll");
  });
});
