import { describe, expect, it } from "vitest";
import { aNotification, anOutboxRow, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { digestRow } from "./digest.ts";

const settings = { id: "d", notBeforeMs: madeAtMs };

describe("alerting/delivery/lanes/digest", () => {
  it("goes to everybody whom the receiver reaches as soon as one of the messages in it does", () => {
    const forOne = anOutboxRow("a", { notification: aNotification({ recipient: "ann" }) });
    const forAll = anOutboxRow("b", { notification: aNotification({ recipient: "ann", isForAll: true }) });
    expect(digestRow([forOne, forAll], settings).notification.isForAll).toBe(true);
    expect(digestRow([forOne, forOne], settings).notification).not.toHaveProperty("isForAll");
  });

  it("stands in another's place only where all of it does", () => {
    const own = anOutboxRow("a");
    const instead = (id: string, place: string) => anOutboxRow(id, { tried: [place] });

    expect(digestRow([instead("b", "phone"), own], settings)).not.toHaveProperty("tried");
    expect(digestRow([instead("b", "phone"), instead("c", "text")], settings).tried).toEqual(["phone", "text"]);
  });
});
