import { describe, expect, it } from "vitest";
import { z } from "zod";
import { salvageSection } from "./salvage-section.ts";

const people = z.record(z.string(), z.strictObject({ title: z.string(), reach: z.array(z.string()).default([]) }));
const route = z.strictObject({
  receiver: z.string(),
  routes: z
    .record(z.string(), z.strictObject({ receiver: z.string(), matchers: z.array(z.string()).default([]) }))
    .optional(),
});

describe("config/salvage-section", () => {
  it.each([
    ["an unknown key", { b: { title: "B", titel: "B" } }],
    ["a missing key", { b: {} }],
    ["a fault deep in a list", { b: { title: "B", reach: ["x", 7] } }],
    ["something that is no map", { b: 7 }],
  ])("leaves out the entry with %s, and no other", (_, wrong) => {
    const good = { a: { title: "A" } };

    expect(salvageSection(people, { ...good, ...wrong })).toEqual({ json: good, refused: ["b"] });
  });

  it("leaves out an entry below a section's own keys, whole: a route without its matchers would take everything", () => {
    const json = { receiver: "chat", routes: { a: { receiver: "x", matchers: [7] }, b: { receiver: "y" } } };

    expect(salvageSection(route, json)).toEqual({
      json: { receiver: "chat", routes: { b: { receiver: "y" } } },
      refused: ["a"],
    });
  });

  it("leaves out a section's own key that may be absent, and gives the section up where it may not", () => {
    const schema = z.strictObject({ url: z.string(), every: z.string().optional() });

    expect(salvageSection(schema, { url: "x", every: 7 })).toEqual({ json: { url: "x" }, refused: ["every"] });
    expect(salvageSection(schema, { url: 7, every: "1m" })).toEqual({ json: undefined, refused: ["url", "every"] });
    expect(salvageSection(schema, ["x"])).toMatchObject({ json: undefined });
  });

  it("gives up what is wrong as a whole", () => {
    const schema = people.refine((given) => Object.keys(given).length < 2, "too many");

    expect(salvageSection(schema, { a: { title: "A" }, b: { title: "B" } })).toEqual({
      json: undefined,
      refused: ["a", "b"],
    });
  });
});
