import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { AppError, errorCodes, invariant } from "./errors.ts";
import { exitCodeOf, exitCodeOfRuns, exitCodes, verdictExitCodes } from "./exit-codes.ts";

const errorsPage = readFileSync(new URL("../../docs/reference/errors.md", import.meta.url), "utf8");
const exitCodesPage = readFileSync(new URL("../../docs/reference/exit-codes.md", import.meta.url), "utf8");

describe("core/errors", () => {
  it("documents every code with its meaning and exit code, and no other", () => {
    const documented = [...errorsPage.matchAll(/^\| `(ERR_\w+)` \| (.+?) \| (\d+) \|/gm)].map(
      ([, code, means, exit]) => [code, means, Number(exit)],
    );

    expect(documented).toEqual(
      Object.entries(errorCodes).map(([code, means]) => [code, means, exitCodeOf[code as keyof typeof errorCodes]]),
    );
  });

  it("carries code, hint and cause", () => {
    const cause = new Error("below");
    const error = new AppError("ERR_USAGE", "wrong", { hint: "do right", cause });

    expect([error.code, error.hint, error.cause]).toEqual(["ERR_USAGE", "do right", cause]);
  });

  it("stops at an impossible state", () => {
    expect(() => invariant(false, "two is three")).toThrow("invariant broken: two is three");
  });
});

describe("core/exit-codes", () => {
  it("documents every exit code by its name, and no other", () => {
    const documented = [...exitCodesPage.matchAll(/^\| (\d+) \| (\w+) \| /gm)].map(([, code, name]) => [
      name,
      Number(code),
    ]);

    expect(documented).toEqual(Object.entries(exitCodes));
  });

  it.each([
    [[], verdictExitCodes.up],
    [[{ verdict: "up", flawed: false }], 0],
    [[{ verdict: "up", flawed: true }], 1],
    [
      [
        { verdict: "unknown", flawed: false },
        { verdict: "up", flawed: true },
      ],
      3,
    ],
    [
      [
        { verdict: "unknown", flawed: false },
        { verdict: "down", flawed: false },
      ],
      2,
    ],
  ] as const)("gives for %j the worst code %i", (runs, expected) => {
    expect(exitCodeOfRuns(runs)).toBe(expected);
  });
});
