import { describe, expect, it } from "vitest";
import { makeCheck } from "../../test/integration/scheduler/harness.ts";
import { ownerOf, probeWorkerCount, splitByOwner } from "./probe-ownership.ts";

describe("app/probe-ownership", () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 2],
    [5, 4],
    [64, 4],
  ])("uses on %i cores %i workers", (cores, workers) => {
    expect(probeWorkerCount(cores)).toBe(workers);
  });

  it("gives every target to exactly one worker, and all targets on one host to the same", () => {
    const targets = Array.from({ length: 200 }, (_, index) => {
      const host = `host-${index % 20}`;
      return { id: `t${index}`, address: host, display: host, labels: {}, host };
    });
    const split = splitByOwner([makeCheck("shop", { targets })], 4);
    const owned = split.map((checks) => checks.flatMap((check) => check.targets));

    expect(
      owned
        .flat()
        .map((target) => target.id)
        .toSorted(),
    ).toEqual(targets.map((target) => target.id).toSorted());
    expect(owned.every((own) => own.length > 0)).toBe(true);
    for (const [worker, own] of owned.entries()) {
      for (const target of own)
        expect(ownerOf(targets.find(({ host }) => host === target.host) ?? target, 4)).toBe(worker);
    }
  });

  it("leaves a worker without targets without checks", () => {
    const split = splitByOwner([makeCheck("shop")], 4);

    expect(split.filter((checks) => checks.length > 0)).toHaveLength(1);
  });
});
