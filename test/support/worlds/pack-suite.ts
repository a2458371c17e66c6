import { expect, it } from "vitest";
import type { RulePack } from "../../../src/core/alerting/rule-pack.ts";
import { type PackCases, playPack } from "./pack-world.ts";

/** Holds each of these rules of a pack against a case in which it fires and one in which it stays silent. */
export function holdCases(pack: RulePack, rules: readonly string[], cases: PackCases): void {
  it("has a case for every rule", () => {
    expect(Object.keys(cases).sort()).toEqual(rules.toSorted());
  });

  it.each(Object.entries(cases))("%s fires and stays silent", (id, { fires, as, silent }) => {
    expect(playPack(pack, [id], fires).at(-1)).toContain(`${id} ${as}`);
    expect(new Set(playPack(pack, [id], silent).flat())).toEqual(new Set());
  });
}
