import { describe, expect, it } from "vitest";
import { TrackedMap } from "./tracked-map.ts";

describe("alerting/tracked map", () => {
  it("says which keys were written since a version, once somebody has asked for the first time", () => {
    const map = new TrackedMap<number>();
    map.load("a", 1);
    expect(map.changedSince(0)).toBeUndefined();
    const { version } = map;
    map.set("b", 1);
    map.set("b", 1);
    map.load("c", 1);
    map.delete("a");
    map.delete("never");

    expect([...(map.changedSince(version) ?? [])]).toEqual(["b", "c", "a"]);
    expect([...(map.changedSince(map.version - 1) ?? [])]).toEqual(["a"]);
    expect([...(map.changedSince(map.version) ?? ["none"])]).toEqual([]);
  });

  it("does not know what was written too long ago", () => {
    const map = new TrackedMap<number>();
    map.changedSince(0);
    for (let count = 0; count < 10_000; count += 1) map.set("a", count);

    expect(map.changedSince(0)).toBeUndefined();
    expect([...(map.changedSince(map.version - 500) ?? [])]).toEqual(["a"]);
  });
});
