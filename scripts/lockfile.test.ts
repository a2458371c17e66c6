import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Lockfile, missingOptionals } from "./lockfile.ts";

const lockfile = JSON.parse(readFileSync(new URL("../package-lock.json", import.meta.url), "utf8")) as Lockfile;

describe("scripts/lockfile", () => {
  it("finds the packages of every platform in the project's lockfile", () => {
    expect(missingOptionals(lockfile)).toEqual([]);
  });

  it("names the system, processor and C library that a missing package is for", () => {
    const parent = {
      version: "1.0.0",
      optionalDependencies: { "@x/binding-linux-arm64-musl": "1.0.0", present: "2.0.0" },
    };

    const missing = missingOptionals({
      packages: { "node_modules/x": parent, "node_modules/present": { version: "2.0.0" } },
    });

    expect(missing).toEqual([
      {
        name: "@x/binding-linux-arm64-musl",
        entry: { version: "1.0.0", cpu: ["arm64"], dev: true, libc: ["musl"], optional: true, os: ["linux"] },
      },
    ]);
  });
});
