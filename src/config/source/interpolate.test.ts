import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedEnv } from "../../../test/support/fakes/memory-config-files.ts";
import { interpolateText } from "./interpolate.ts";

const env = fixedEnv({ HOME: "/home/a", NUMBER: "42", EMPTY: "", DOLLAR: "${HOME}$&$1" });
const fileTexts = new Map([
  ["/run/secrets/x", { ok: true, text: "s3cret\n" }],
  ["two", { ok: true, text: "a\n\n" }],
  ["crlf", { ok: true, text: "a\r\n" }],
] as const);
const sources = { env, fileTexts };

describe("config/source/interpolate", () => {
  it.each([
    ["${HOME}", "/home/a"],
    ["at ${HOME} with ${NUMBER}", "at /home/a with 42"],
    ["${NOWHERE:-x:-y}", "x:-y"],
    ["${EMPTY:-x}", "x"],
    ["${NOWHERE:-}", ""],
    ["${file:/run/secrets/x}", "s3cret"],
    ["${file:two}", "a\n"],
    ["${file:crlf}", "a"],
    ["$${HOME} costs $5 and {from}", "${HOME} costs $5 and {from}"],
    ["${DOLLAR}", "${HOME}$&$1"],
    ["^a$", "^a$"],
  ])("reads %j", (text, expected) => {
    expect(interpolateText(text, sources)).toMatchObject({ ok: true, text: expected });
  });

  it("knows what variables and files gave to a text, and that a default is no secret", () => {
    expect(interpolateText("a ${HOME} ${NOWHERE:-x} ${file:/run/secrets/x} $${NUMBER}", sources)).toMatchObject({
      secrets: ["/home/a", "s3cret"],
    });
  });

  it("knows a text that is interpolated as a whole", () => {
    expect(interpolateText("${NUMBER}", sources)).toMatchObject({ isWhole: true });
    expect(interpolateText("${NUMBER}0", sources)).toMatchObject({ isWhole: false });
    expect(interpolateText("${NUMBER}${NUMBER}", sources)).toMatchObject({ isWhole: false });
  });

  it.each([
    ["${NOWHERE}", "the environment variable NOWHERE is not set; set it, or write ${NOWHERE:-default}", true],
    ["${EMPTY}", "the environment variable EMPTY is empty; set it, or write ${EMPTY:-default}", true],
    ["${a b}", '"${a b}" is no interpolation', false],
    ["${HOME", '"${HOME" is no interpolation', false],
    ["${}", '"${}" is no interpolation', false],
    ["${HOME-x}", '"${HOME-x}" is no interpolation', false],
    ["${file:}", '"${file:}" is no interpolation', false],
    ["${NOWHERE}${", '"${" is no interpolation', false],
  ])("refuses %j", (text, message, isAbsent) => {
    expect(interpolateText(text, sources)).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
      isAbsent,
    });
  });

  it("never throws, and leaves a text without ${ alone", () => {
    const piece = fc.constantFrom(
      "${",
      "$${",
      "}",
      ":-",
      "file:",
      "HOME",
      "NOWHERE",
      "EMPTY",
      "$",
      "{",
      "a",
      " ",
      "\n",
    );

    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((pieces) => pieces.join("")),
        ),
        (text) => {
          const outcome = interpolateText(text, sources);
          if (!text.includes("${")) expect(outcome).toEqual({ ok: true, text, isWhole: false, secrets: [] });
        },
      ),
    );
  });
});
