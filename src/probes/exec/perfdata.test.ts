import { describe, expect, it } from "vitest";
import { readOutput } from "./output.ts";
import { readPerfdata, readRange } from "./perfdata.ts";

const endless = Number.POSITIVE_INFINITY;

describe("probes/exec/perfdata", () => {
  it.each([
    ["10", 0, 10, false],
    ["10:", 10, endless, false],
    ["~:10", -endless, 10, false],
    [":10", 0, 10, false],
    ["10:20", 10, 20, false],
    ["@10:20", 10, 20, true],
    ["-5.5:-1e0", -5.5, -1, false],
    ["0,5", 0, 0.5, false],
  ])("reads the range %s", (text, low, high, isInverted) => {
    expect(readRange(text)).toEqual({ low, high, isInverted });
  });

  it.each(["", "@", "~", "x", "20:10", "1:2:3", "@~"])("takes %j for no range", (text) => {
    expect(readRange(text)).toBeUndefined();
  });

  it.each([
    ["time=1.5ms;100;200", { label: "time", unit: "seconds", value: 0.0015 }],
    ["'a b''s'=50%", { label: "a b's", unit: "ratio", value: 0.5 }],
    ["/=2KB;;;0;4", { label: "/", unit: "bytes", value: 2048, minimum: 0, maximum: 4096 }],
    ["n=7c", { label: "n", unit: "", value: 7, isCounter: true }],
    ["t=-3C", { label: "t", unit: "C", value: -3 }],
    ["x=,5", { label: "x", unit: "", value: 0.5 }],
  ])("reads %j", (text, datum) => {
    expect(readPerfdata(text)).toMatchObject({ data: [datum], unread: 0 });
  });

  it("scales ranges as the value", () => {
    const [datum] = readPerfdata("time=1ms;100;@5:200").data;

    expect(datum?.warning).toEqual({ low: 0, high: 0.1, isInverted: false });
    expect(datum?.critical).toEqual({ low: 0.005, high: 0.2, isInverted: true });
  });

  it("leaves out what has no form and what repeats, counts it, and reads the rest", () => {
    const { data, unread } = readPerfdata("junk a=1 a=2 'open=3 b=x c=1e999 d=U;1 e=5");

    expect(data.map(({ label }) => label)).toEqual(["a", "e"]);
    expect(unread).toBe(5);
  });

  it("takes a hundred values at most, and long hostile text in no time", () => {
    const many = Array.from({ length: 150 }, (_, index) => `v${index}=1`).join(" ");

    expect(readPerfdata(many)).toMatchObject({ data: { length: 100 }, unread: 50 });
    expect(readPerfdata("'".repeat(60_000)).data).toEqual([]);
    expect(readPerfdata(`a=${"1".repeat(60_000)}`).data).toEqual([]);
  });

  it("takes output apart as plugins put it together", () => {
    expect(readOutput("DISK OK | a=1\nmore\u202e text\nlast | b=2\nc=3\n")).toEqual({
      line: "DISK OK",
      text: "more\\u202e text\nlast",
      perfdata: "a=1 b=2 c=3",
    });
  });
});
