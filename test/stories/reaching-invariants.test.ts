import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openTestStore } from "../support/sqlite-setting.ts";
import { complaints } from "../support/story/reached-reading.ts";
import { reachedStories, tell } from "../support/story/reached-steps.ts";
import { ReachedWorld } from "../support/story/reached-world.ts";
import { reachedConfigs } from "../support/story/reaching-company.ts";
import { runs } from "../support/story/runs.ts";

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
      runs(15),
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
