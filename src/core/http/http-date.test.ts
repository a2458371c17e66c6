import { describe, expect, it } from "vitest";
import { httpDateMs } from "./http-date.ts";

const at = Date.UTC(2026, 10, 2, 10, 0, 7);

describe("core/http/http-date", () => {
  it.each(["Mon, 02 Nov 2026 10:00:07 GMT", "Monday, 02-Nov-26 10:00:07 GMT", "Mon Nov  2 10:00:07 2026"])(
    "reads %s",
    (text) => {
      expect(httpDateMs(text)).toBe(at);
    },
  );

  it("takes two digits of a year for one from 1969 to 2068", () => {
    expect(httpDateMs("Sunday, 06-Nov-94 08:49:37 GMT")).toBe(Date.UTC(1994, 10, 6, 8, 49, 37));
  });

  it.each([
    "",
    "0",
    "-1",
    "1762077607",
    "2026-11-02",
    "Mon, 02 Nov 2026 10:00:07 +0100",
    "Mon, 2 Nov 2026 10:00:07 GMT",
    "Mon, 31 Nov 2026 10:00:07 GMT",
    "Mon, 02 Nov 2026 25:00:07 GMT",
    "Mon, 02 Nov 2026 10:61:07 GMT",
    "Mo, 02 Nov 2026 10:00:07 GMT",
    "Mon, 02 Nov 2026 10:00:07 GMT, Mon, 02 Nov 2026 10:00:07 GMT",
  ])("reads no date from %j", (text) => {
    expect(httpDateMs(text)).toBeUndefined();
  });
});
