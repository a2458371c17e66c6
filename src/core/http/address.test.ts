import { describe, expect, it } from "vitest";
import { addressSchema, bareHost, displayOf, portOf } from "./address.ts";

describe("core/http/address", () => {
  it.each([
    ["http://shop.test/", "shop.test", 80],
    ["https://shop.test/", "shop.test", 443],
    ["https://[::1]:8443/", "::1", 8443],
  ])("tells where %s is dialled", (address, host, port) => {
    const url = new URL(address);

    expect([bareHost(url.hostname), portOf(url)]).toEqual([host, port]);
  });

  it("brings an address into its normal form, and shows it without query", () => {
    const address = addressSchema.parse("HTTP://Shop.Test:80/a?b=c#d");

    expect(address).toBe("http://shop.test/a?b=c");
    expect(displayOf(new URL(address))).toBe("http://shop.test/a");
  });

  it.each([
    ["shop.test", "write it as https://host/path"],
    ["https://[", "no valid URL"],
    ["https://user@shop.test/", "move them to `auth"],
    ["https://:pass@shop.test/", "move them to `auth"],
  ])("refuses %s", (address, problem) => {
    expect(addressSchema.safeParse(address).error?.issues[0]?.message).toContain(problem);
  });
});
