import { describe, expect, it } from "vitest";
import { correlationSchema } from "./correlation-schema.ts";

const mapping = (label: unknown) => ({
  mappings: { m: { symptom: { tier: "application", label: "db" }, cause: { tier: "os", label } } },
});
const faultsOf = (label: unknown): readonly string[] =>
  correlationSchema.safeParse(mapping(label)).error?.issues.map(({ message }) => message) ?? [];

describe("alerting/correlation/correlation-schema", () => {
  it.each(["host", "check", "instance", "service", "job"])("takes the label %s", (label) => {
    expect(faultsOf(label)).toEqual([]);
  });

  it.each<[label: unknown, words: string]>([
    ["a b", "a label name is letters, digits and _"],
    ["env", "of those that Watchfire sets there are check, instance, service, job"],
    ["__name__", "no alert is told apart by this label"],
    [undefined, "expected string"],
  ])("says once what is wrong with %j", (label, words) => {
    expect(faultsOf(label)).toEqual([expect.stringContaining(words)]);
  });
});
