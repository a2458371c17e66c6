import { describe, expect, it } from "vitest";
import { anOutboxRow } from "../../../../test/support/samples/notifications.ts";
import { checkout, crewWorld, minuteMs } from "../../../../test/support/worlds/escalation-world.ts";
import { handOn } from "./heirs.ts";

describe("alerting/escalation, who is told in another's place", () => {
  it("is stored in one change with what they are told and the end of what was lost, so that nobody hears of an end alone", () => {
    const world = crewWorld();
    world.fail(checkout);
    world.advance(minuteMs);
    const fingerprints = world.loaded().incidents.flatMap(({ members }) => members);
    const follow = [anOutboxRow("next")];
    const outcome = { kind: "rejected", reason: "http_400", detail: "bad", scope: "message" } as const;
    const settlement = { outboxId: "lost", outcome, attempt: 1, atMs: world.nowMs };
    const handedOn = { fingerprints, heirs: [{ receiver: "backup" }], follow, settlement };

    const { change } = world.engine.perform(handOn(handedOn), world.nowMs);

    expect(change).toMatchObject({ outbox: follow, settlements: [settlement] });
    expect(change.incidents[0]?.told).toContainEqual(expect.objectContaining({ receiver: "backup" }));
  });
});
