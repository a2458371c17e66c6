import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { probeKinds } from "../../../src/probes/index.ts";
import { machineCases } from "./machine-cases.ts";
import { namesCases } from "./names-cases.ts";
import { ProbeServers } from "./probe-servers.ts";
import { type Given, probeSuite } from "./probe-suite.ts";
import { webCases } from "./web-cases.ts";
import { wiresCases } from "./wires-cases.ts";

const servers = new ProbeServers();
const given: Readonly<Record<string, Given>> = {
  ...machineCases,
  ...namesCases(servers),
  ...webCases(servers),
  ...wiresCases(servers),
};

beforeAll(() => servers.start());
afterAll(() => servers.stop());

describe("contract of probes", () => {
  it("covers every kind", () => {
    expect(Object.keys(given).sort()).toEqual(probeKinds.map((kind) => kind.kind).sort());
  });
});

for (const kind of probeKinds) {
  const its = given[kind.kind];
  if (its !== undefined) probeSuite(kind, its);
}
