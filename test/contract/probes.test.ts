import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/platform/clock.ts";
import { createFiles } from "../../src/platform/files.ts";
import { systemHostFacts } from "../../src/platform/host-facts.ts";
import { probeKinds } from "../../src/probes/index.ts";
import { FakeInbox, probeIo } from "../support/probe-harness.ts";
import { type Given, probeSuite } from "./probe-suite.ts";

const given: Readonly<Record<string, Given>> = {
  host: {
    io: () =>
      probeIo({
        files: createFiles(systemClock),
        hostFacts: systemHostFacts,
        monotonicMs: () => systemClock.monotonicMs(),
      }),
    cases: () => [
      { name: "this machine", address: "localhost", options: {} },
      { name: "no procfs", address: "localhost", options: { procfs: "/nowhere" } },
    ],
  },
  push: {
    io: () => {
      const inbox = new FakeInbox();
      inbox.put(
        { atMs: Date.UTC(2026, 10, 23), signal: "values", body: { business_a: 1, other: 2 } },
        { atMs: Date.UTC(2026, 10, 23), signal: "fail", exitCode: 3 },
      );
      return probeIo({ inbox });
    },
    cases: () => [
      { name: "a failed job with values", address: "nightly", options: {} },
      { name: "nothing usable", address: "nightly", options: { prefix: "shop_" } },
    ],
  },
};

describe("contract of probes", () => {
  it("covers every kind", () => {
    expect(Object.keys(given).sort()).toEqual(probeKinds.map((kind) => kind.kind).sort());
  });
});

for (const kind of probeKinds) {
  const its = given[kind.kind];
  if (its !== undefined) probeSuite(kind, its);
}
