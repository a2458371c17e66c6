import { describe, expect, it } from "vitest";
import { judgeTime, slowerThanSchema } from "./slower-than.ts";

describe("core/matching/slower-than", () => {
  it("grades a slow answer", () => {
    const limits = slowerThanSchema.parse({ warning: "1s", critical: "4s" });

    expect(judgeTime(limits, 900)).toEqual([]);
    expect(judgeTime(limits, 1500)).toMatchObject([{ is: "flaw", severity: "warning", reason: "slow" }]);
    expect(judgeTime(limits, 4500)).toMatchObject([{ severity: "critical" }]);
  });
});
