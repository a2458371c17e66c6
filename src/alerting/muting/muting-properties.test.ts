import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endWell } from "../../../test/support/story/deeds.ts";
import { mutingCompany } from "../../../test/support/story/muting-company.ts";
import { play } from "../../../test/support/story/recorded-world.ts";
import { runs } from "../../../test/support/story/runs.ts";
import { anything, storiesOf } from "../../../test/support/story/steps.ts";
import { checkOf, downFinding } from "../../../test/support/worlds/alerting-world.ts";

const minuteMs = 60_000;
const { checks } = mutingCompany;
const calm = { ...anything, jump: 0 };

describe("alerting/muting properties", () => {
  it("never loses an outage that a mute held back: two hours later it is told, or its source is", () => {
    fc.assert(
      fc.property(storiesOf(mutingCompany, calm), fc.subarray([0, 1, 2, 3], { minLength: 1 }), (steps, down) => {
        const world = play(mutingCompany, steps);
        endWell(world, mutingCompany);
        for (const index of down) world.run(checks[index] ?? checkOf("none"), downFinding);
        world.advance(120 * minuteMs);

        const open = new Set(world.hearing.believed);
        const quiet = world.engine
          .snapshot()
          .alerts.filter(({ fingerprint }) => !open.has(`ops 0: ${fingerprint}`))
          .map(({ labels }) => labels["check"] ?? "");
        const hasHost = down.includes(3);
        const excused = [...(hasHost ? ["a", "c"] : []), ...(down.includes(0) ? ["b"] : [])];
        expect(excused).toEqual(expect.arrayContaining(quiet));
      }),
      runs(40),
    );
  });

  it("tells no outage while it is muted", () => {
    fc.assert(
      fc.property(storiesOf(mutingCompany, { ...calm, reload: 0 }), (steps) => {
        const untouched = steps.filter((step) => step.do !== "act" || step.act !== "endWindowEarly");
        const world = play(mutingCompany, untouched);

        for (const { notification, receiver } of world.outbox) {
          const minute = new Date(notification.createdAtMs).getUTCMinutes();
          const hour = new Date(notification.createdAtMs).getUTCHours();
          for (const { labels, status } of notification.alerts) {
            if (status === "resolved") continue;
            if (labels["service"] === "shop") expect(minute % 20).toBeGreaterThanOrEqual(7);
            if (labels["tier"] === "os") expect(minute >= 10 && minute < 25).toBe(false);
            if (receiver === "ops" && labels["service"] !== undefined && hour === 2)
              expect(minute >= 15 && minute < 30).toBe(false);
          }
        }
      }),
      runs(40),
    );
  });
});
