import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { joinedPackages } from "./joined-packages.ts";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const files = globSync("**/*.js", { cwd: dist });
const textOf = (file: string): string => readFileSync(join(dist, file), "utf8");

/** What a file of the build loads before it runs, and what that loads, as names of packages and of Node's modules. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  for (const [, name = ""] of textOf(file).matchAll(/^(?:import|export)\b[^;]*?from "([^"]+)"/gm)) {
    const isOwn = name.startsWith(".");
    const path = isOwn ? join(file, "..", name) : name;
    if (seen.has(path)) continue;
    seen.add(path);
    if (isOwn) loadedBy(path, seen);
  }
  return seen;
}

describe("the build", () => {
  it("is in ASCII, as one other letter doubles what a file takes in each thread", () => {
    expect(files.length).toBeGreaterThan(5);
    expect(files.filter((file) => /[^\0-\x7f]/.test(textOf(file)))).toEqual([]);
  });

  it("leaves no package outside that belongs into it", () => {
    const outside = files.flatMap((file) =>
      [...textOf(file).matchAll(/\bfrom "([^"./][^"]*)"/g)].map(([, name = ""]) => name),
    );

    expect(outside).toContain("better-sqlite3");
    expect(
      outside.filter((name) => joinedPackages.some((known) => name === known || name.startsWith(`${known}/`))),
    ).toEqual([]);
  });

  it("loads one package in the thread that stores", () => {
    const packages = [...loadedBy("parts/storage-thread.js")].filter((name) => !/^(?:node:|parts\/)/.test(name));

    expect(packages).toEqual(["better-sqlite3"]);
  });

  it("keeps schemas out of the thread that only stores", () => {
    const own = [...loadedBy("parts/storage-thread.js")].filter((name) => name.startsWith("parts/"));

    expect(own.length).toBeGreaterThan(2);
    expect(own.filter((file) => textOf(file).includes("ZodError"))).toEqual([]);
  });

  it("says in Chinese what the sources say", () => {
    const words = files.map((file) => textOf(file)).join("\n");

    expect(words).toContain("\\u78c1\\u76d8\\u7a7a\\u95f4\\u4e0d\\u8db3");
  });
});
