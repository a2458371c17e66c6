import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

function lint(source: string): string {
  // Inside the tree, so that the project's own configuration judges it.
  const folder = mkdtempSync(join(root, "src", "lint-"));
  try {
    writeFileSync(join(folder, "sample.ts"), source);
    return spawnSync(join(root, "node_modules/.bin/oxlint"), [folder], { cwd: root, encoding: "utf8" }).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("scripts/lint", () => {
  it.each([
    ["a bare new Date()", "export const now = new Date();", "no-bare-date"],
    ["Date.now", "export const now = Date.now();", "no-restricted-properties"],
    ["Math.random", "export const dice = Math.random();", "no-restricted-properties"],
    ["process.env", "export const home = process.env['HOME'];", "no-restricted-properties"],
    ["setTimeout", "export const timer = setTimeout(() => undefined, 1);", "no-restricted-globals"],
    ["fetch", "export const answer = fetch('http://x/');", "no-restricted-globals"],
    ["a default export", "const one = 1;\nexport default one;", "no-default-export"],
    ["a name that says nothing", "export class ProbeManager { readonly a = 1; }", "banned-names"],
  ])("refuses %s", (_what, source, rule) => {
    expect(lint(source)).toContain(rule);
  });

  it("takes a date that is given", () => {
    expect(lint("export const day = new Date(0);")).not.toContain("no-bare-date");
  });
});
