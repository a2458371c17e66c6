import { describe, expect, it } from "vitest";
import { internationalPhone, maskedPhone, nationalPhone } from "./phone.ts";

describe("alerting/notifiers/phone", () => {
  it.each([
    ["13800000001", "13800000001", "+8613800000001"],
    ["+8613800000001", "13800000001", "+8613800000001"],
    ["008613800000001", "13800000001", "+8613800000001"],
    ["8613800000001", "13800000001", "+8613800000001"],
    ["+12025550123", "+12025550123", "+12025550123"],
    ["0012025550123", "+12025550123", "+12025550123"],
  ])("writes %s as %s at home and %s abroad", (phone, home, abroad) => {
    expect([nationalPhone(phone), internationalPhone(phone)]).toEqual([home, abroad]);
  });

  it("hides the middle of a number", () => {
    expect(maskedPhone("13800001234")).toBe("138****1234");
    expect(maskedPhone("+8613800001234")).toBe("+86138****1234");
    expect(maskedPhone("12345")).toBe("****2345");
  });
});
