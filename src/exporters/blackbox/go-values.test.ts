import { describe, expect, it } from "vitest";
import { parseBase2Bytes, parseGoDuration } from "./go-values.ts";

describe("exporters/blackbox/go-values", () => {
  it.each([
    ["5s", 5000],
    ["1m30s", 90_000],
    ["1.5s", 1500],
    ["500ms", 500],
    ["2h", 7_200_000],
    [".5s", 500],
    ["-1s", -1000],
    ["100us", 0.1],
    ["0", 0],
    ["5", undefined],
    ["1d", undefined],
    ["", undefined],
    ["s", undefined],
    ["5s ", undefined],
    ["2562047h", 9_223_369_200_000],
    ["2562048h", undefined],
  ])("reads the duration %j as %j ms", (text, durationMs) => {
    expect(parseGoDuration(text)).toBe(durationMs);
  });

  it.each([
    ["10MB", 10 * 1024 ** 2],
    ["10MiB", 10 * 1024 ** 2],
    ["1KB512B", 1536],
    ["1.5GiB", 1.5 * 1024 ** 3],
    ["0", 0],
    ["-1B", -1],
    ["10kB", undefined],
    ["10", undefined],
    ["", undefined],
  ])("reads the size %j as %j bytes", (text, sizeBytes) => {
    expect(parseBase2Bytes(text)).toBe(sizeBytes);
  });
});
