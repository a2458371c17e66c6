import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const source = readFileSync(new URL("main.ts", import.meta.url), "utf8");
const check = readFileSync(new URL("app/node-version.ts", import.meta.url), "utf8");

describe("main", () => {
  it("links nothing but the version check before it has spoken", () => {
    const imports = [...source.matchAll(/^import .*$/gm)].map(([line]) => line);

    expect(imports).toEqual(['import "./app/node-version.ts";']);
  });

  it("checks the version without importing anything that an old Node may lack", () => {
    expect(check).not.toMatch(/^import /m);
  });
});
