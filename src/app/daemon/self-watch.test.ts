import { beforeEach, describe, expect, it } from "vitest";
import { saidIn } from "../../core/message/said.ts";
import type { Missed } from "../../core/result.ts";
import { SelfWatch } from "./self-watch.ts";

const startMs = Date.UTC(2026, 10, 23, 2);
const calm = { stalledMs: 0 };
let told: string[];
let watch: SelfWatch;

beforeEach(() => {
  told = [];
  watch = new SelfWatch({
    set: (component, said) => void told.push(`${component}: ${said === undefined ? "over" : saidIn(said, "en")}`),
  });
});

const missed = (count: number, reason: Missed["reason"]): Missed => ({
  check: "c",
  target: "t",
  location: "default",
  fromSlotMs: 0,
  toSlotMs: 1,
  count,
  reason,
});

describe("app/daemon/self-watch", () => {
  it.each<[reason: Missed["reason"], component: string]>([
    ["overload", "overload"],
    ["suspended", "schedule"],
  ])("raises one trouble for many runs missed by %s, and ends it when they have stopped", (reason, component) => {
    watch.note([missed(9, reason)], calm, startMs);
    expect(told).toEqual([]);

    for (let second = 10; second <= 60; second += 10) watch.note([missed(5, reason)], calm, startMs + second * 1000);
    expect(told).toEqual([expect.stringMatching(new RegExp(`^${component}: 14 runs within five minutes`))]);

    for (let second = 70; second <= 400; second += 10) watch.note([], calm, startMs + second * 1000);
    expect(told.slice(1)).toEqual([`${component}: over`]);
  });

  it("raises trouble when the process stands still too much, and not for one short stall (F63)", () => {
    watch.note([], { stalledMs: 2500 }, startMs);
    expect(told).toEqual([]);

    watch.note([], { stalledMs: 4500 }, startMs + 20_000);

    expect(told).toEqual(["stall: the process stood still for 7 s of five minutes: too little CPU"]);
  });

  it("takes no stop and no reload for trouble", () => {
    watch.note([missed(99, "shutdown"), missed(99, "reload")], calm, startMs);

    expect(told).toEqual([]);
  });
});
