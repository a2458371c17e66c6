import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";

const room = new URL("./heap-room.ts", import.meta.url).href;

/** Lists that live for a moment, filled many at once at first and few later, as jobs and results cross threads; prints the KB of 4 that each entry leaves behind. */
const program = `
  import { getHeapSpaceStatistics } from "node:v8";
  import { setImmediate } from "node:timers/promises";
  const { beginYoung } = await import(${JSON.stringify(room)});
  beginYoung();
  const oldKb = () => getHeapSpaceStatistics().find((space) => space.space_name === "old_space").space_used_size / 1024;
  let list = [];
  const renew = () => { list = []; };
  const fill = async (count) => {
    for (let i = 0; i < count; i++) list.push({ numbers: new Array(500).fill(0.5) });
    await setImmediate();
    renew();
  };
  for (let i = 0; i < 40; i++) await fill(2000);
  for (let i = 0; i < 200; i++) await fill(8);
  let [keptKb, beforeKb] = [0, oldKb()];
  for (let i = 0; i < 400; i++) {
    await fill(8);
    const nowKb = oldKb();
    keptKb += Math.max(0, nowKb - beforeKb);
    beforeKb = nowKb;
  }
  console.log(keptKb / 3200);
`;

describe("platform/heap-room", () => {
  it("keeps nothing until the next full collection of what passed through a list after a burst", () => {
    const flags = ["--max-semi-space-size=2", "--input-type=module", "-e", program];
    const keptKb = Number(execFileSync(process.execPath, flags, { encoding: "utf8" }));

    expect(keptKb).toBeLessThan(1);
  });
});
