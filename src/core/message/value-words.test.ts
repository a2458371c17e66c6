import { describe, expect, it } from "vitest";
import { unitOfMetric, type ValueForm } from "../value-form.ts";
import { telling, valueWords } from "./value-words.ts";

const minuteMs = 60_000;

describe("core/message/value-words", () => {
  it.each<[value: number, form: ValueForm, en: string, zh: string]>([
    [0.05, { unit: "percent" }, "5 %", "5%"],
    [0.053_41, { unit: "percent" }, "5.34 %", "5.34%"],
    [0.8, { unit: "seconds", perMs: 1000 }, "80 %", "80%"],
    [2_040_109_466, { unit: "bytes" }, "1.9 GiB", "1.9 GiB"],
    [1536, { unit: "bytes", perMs: 1000 }, "1.5 KiB/s", "1.5 KiB/秒"],
    [0.25, { unit: "seconds" }, "250 ms", "250 毫秒"],
    [12.34, { unit: "seconds" }, "12.3 s", "12.3 秒"],
    [-97_200, { unit: "seconds" }, "−1 d 3 h", "−1 天 3 小时"],
    [11, { unit: "单", perMs: 5 * minuteMs }, "11 单/5 min", "11 单/5 分"],
    [3, { perMs: minuteMs }, "3/min", "3/分"],
    [61.234_56, {}, "61.23", "61.23"],
    [Number.POSITIVE_INFINITY, { unit: "seconds" }, "Infinity", "Infinity"],
  ])("writes %j with %j", (value, form, en, zh) => {
    expect([valueWords(value, form, "en"), valueWords(value, form, "zh")]).toEqual([en, zh]);
  });

  it("has a title tell what a unit makes speak for itself, and how long is left", () => {
    const ahead: ValueForm = { unit: "seconds", isAhead: true };

    expect(telling(1, {}, "en")).toBeUndefined();
    expect(telling(0.02, { unit: "percent" }, "en")).toBe("2 %");
    expect([telling(32_400, ahead, "en"), telling(32_400, ahead, "zh")]).toEqual(["in 9 h", "约 9 小时后"]);
    expect(telling(-60, ahead, "en")).toBe("−1 min");
  });

  it.each([
    ["node_filesystem_avail_bytes", "bytes"],
    ["network_receive_bytes_total", "bytes"],
    ["http_duration_seconds_sum", "seconds"],
    ["http_duration_seconds_count", undefined],
    ["cache_hit_ratio", "percent"],
    ["shop_orders", undefined],
  ])("reads from the name %s the unit %s", (name, unit) => {
    expect(unitOfMetric(name)).toBe(unit);
  });
});
