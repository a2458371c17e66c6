import { describe, expect, it } from "vitest";
import { registrableName } from "./registrable-name.ts";

describe("core/domain/registrable-name", () => {
  it.each([
    ["shop.example.com", "example.com", "com"],
    ["EXAMPLE.com.", "example.com", "com"],
    ["a.b.example.co.uk", "example.co.uk", "uk"],
    ["www.sina.com.cn", "sina.com.cn", "cn"],
    ["商城.例子.中国", "xn--fsqu00a.xn--fiqs8s", "xn--fiqs8s"],
    ["someone.github.io", "github.io", "io"],
  ])("%s belongs to %s", (host, name, tld) => {
    expect(registrableName(host)).toEqual({ name, tld, isPublic: true });
  });

  it("says of a name under no public suffix that nobody sells it", () => {
    expect(registrableName("db-1.shop.internal")).toEqual({ name: "shop.internal", tld: "internal", isPublic: false });
  });

  it.each(["127.0.0.1", "localhost", "co.uk", "com", "", "a b.com", "user@example.com", "[::1]", "x:1"])(
    "finds none in %j",
    (host) => {
      expect(registrableName(host)).toBeUndefined();
    },
  );
});
