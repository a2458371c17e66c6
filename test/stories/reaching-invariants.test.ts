import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTestStore } from "../support/daemons/sqlite-setting.ts";
import { complaints } from "../support/story/reached-reading.ts";
import { type ReachedStep, reachedStories, tell } from "../support/story/reached-steps.ts";
import { ReachedWorld } from "../support/story/reached-world.ts";
import { reachedConfigs } from "../support/story/reaching-company.ts";
import { runs } from "../support/story/runs.ts";

const times = 40;
/**
 * Stories that were told wrong once: an end behind a beginning that is still to be told there, also one that came by another incident;
 * a daemon that died between noting who is told in another's place and what they are told; news that named an end, and the end itself
 * then told to whom the beginning had not reached; a message that was refused, of which nobody was told because the daemon died then;
 * the end of a time of which nobody had heard, behind that of the time before; the end of a time when the next had begun; the end of
 * what may have arrived before it was joined to a digest that was not told; a text in the place of a call to whom had it already; a telephone
 * that rang for what somebody had taken meanwhile.
 */
const found: readonly (readonly ReachedStep[])[] = [
  [
    { do: "answer", channel: "ops", with: ["later"], times },
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 130 },
    { do: "reload", config: 4 },
    { do: "wait", seconds: 40 },
    { do: "wait", seconds: 12 },
  ],
  [
    { do: "answer", channel: "bridge", with: ["lost"], times },
    { do: "run", check: 0, isDown: true },
    { do: "answer", channel: "ops", with: ["gone"], times },
    { do: "reload", config: 1 },
    { do: "wait", seconds: 130 },
    { do: "run", check: 0, isDown: false },
    { do: "wait", seconds: 130 },
  ],
  [
    { do: "answer", channel: "dev", with: ["lost"], times },
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 1 },
    { do: "wait", seconds: 4 },
    { do: "reload", config: 1 },
    { do: "wait", seconds: 1 },
    { do: "reload", config: 0 },
    { do: "wait", seconds: 330 },
    { do: "wait", seconds: 330 },
  ],
  [
    { do: "answer", channel: "bell", with: ["gone", "gone"], times: 2 },
    { do: "run", check: 2, isDown: true },
    { do: "wait", seconds: 4 },
    { do: "wait", seconds: 1 },
    { do: "die", at: "after a commit" },
    { do: "wait", seconds: 130 },
  ],
  [
    { do: "answer", channel: "ops", with: ["refused", "taken"], times: 1 },
    { do: "run", check: 0, isDown: true },
    { do: "die", at: "after a commit" },
    { do: "run", check: 0, isDown: false },
    { do: "acknowledge" },
  ],
  [
    { do: "run", check: 2, isDown: true },
    { do: "wait", seconds: 40 },
    { do: "answer", channel: "bell", with: ["refused", "taken"], times: 1 },
    { do: "run", check: 2, isDown: false },
    { do: "die", at: "after a settling" },
    { do: "wait", seconds: 40 },
  ],
  [
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 40 },
    { do: "answer", channel: "ops", with: ["unauthorized"], times },
    { do: "run", check: 0, isDown: false },
    { do: "wait", seconds: 12 },
    { do: "wait", seconds: 1 },
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 4 },
  ],
  [
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 1 },
    { do: "answer", channel: "ops", with: ["later", "taken"], times: 1 },
    { do: "wait", seconds: 40 },
    { do: "run", check: 0, isDown: false },
    { do: "wait", seconds: 1 },
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 1 },
  ],
  [
    { do: "answer", channel: "wall", with: ["lost"], times: 1 },
    { do: "answer", channel: "phone", with: ["odd"], times: 1 },
    { do: "restart" },
    { do: "answer", channel: "bridge", with: ["unauthorized"], times: 2 },
    { do: "run", check: 2, isDown: true },
    { do: "answer", channel: "bell", with: ["untaken", "taken"], times: 1 },
    { do: "run", check: 0, isDown: true },
    { do: "answer", channel: "bridge", with: ["hangs"], times },
    { do: "die", at: "on the wire" },
    { do: "wait", seconds: 130 },
    { do: "wait", seconds: 40 },
    { do: "wait", seconds: 40 },
    { do: "answer", channel: "wall", with: ["hangs"], times },
    { do: "wait", seconds: 330 },
    { do: "wait", seconds: 130 },
    { do: "wait", seconds: 330 },
  ],
  [
    { do: "reload", config: 5 },
    { do: "answer", channel: "phone", with: ["refused"], times: 2 },
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 40 },
  ],
  [
    { do: "answer", channel: "phone", with: ["busy"], times: 4 },
    { do: "run", check: 0, isDown: true },
    { do: "wait", seconds: 12 },
    { do: "acknowledge" },
    { do: "wait", seconds: 130 },
  ],
];

describe("stories/what reaches people", () => {
  it("tells everybody what fires and that it is over, once or with a mark, in time and at each channel's rate, whatever fails", async () => {
    await fc.assert(
      fc.asyncProperty(reachedStories, async (steps) => {
        const world = await ReachedWorld.start(reachedConfigs[0]);
        await tell(world, steps);

        expect(complaints(world)).toEqual([]);
        expect((await world.store.facts()).outboxPending).toBe(0);
        expect(world.engine.snapshot().alerts.filter(({ labels }) => labels["check"] !== undefined)).toEqual([]);
      }),
      { ...runs(15), examples: found.map((steps) => [steps] as const) },
    );
  });

  it("does so over the real database, too", async () => {
    await fc.assert(
      fc.asyncProperty(reachedStories, async (steps) => {
        let directory: string | undefined;
        const world = await ReachedWorld.start(reachedConfigs[0], async (clock, before) => {
          await before?.close();
          const opened = openTestStore({ clock, ...(directory === undefined ? {} : { directory }) });
          directory = opened.directory;
          return opened.store;
        });
        await tell(world, steps);
        await world.store.close();

        expect(complaints(world)).toEqual([]);
      }),
      runs(2),
    );
  });
});
