import { describe, expect, it } from "vitest";
import { CookieJar } from "./cookies.ts";

describe("core/http/cookies", () => {
  it("gives a host what it set, and nobody else", () => {
    const jar = new CookieJar();

    jar.take(new URL("https://shop.test/login"), [
      ["set-cookie", "a=1; Path=/; HttpOnly"],
      ["set-cookie", "b=2"],
      ["x-other", "c=3"],
    ]);

    expect(jar.headerFor(new URL("https://shop.test/"))).toBe("a=1; b=2");
    expect(jar.headerFor(new URL("https://www.shop.test/"))).toBeUndefined();
  });

  it("replaces and takes away by name", () => {
    const jar = new CookieJar();
    const url = new URL("http://shop.test/");

    jar.take(url, [["set-cookie", "a=1"]]);
    jar.take(url, [
      ["set-cookie", "a=2"],
      ["set-cookie", "b=1"],
    ]);
    jar.take(url, [["set-cookie", "b=; Max-Age=0"]]);

    expect(jar.headerFor(url)).toBe("a=2");
  });

  it("keeps a secure cookie off plain HTTP", () => {
    const jar = new CookieJar();

    jar.take(new URL("https://shop.test/"), [["set-cookie", "a=1; Secure"]]);

    expect(jar.headerFor(new URL("http://shop.test/"))).toBeUndefined();
    expect(jar.headerFor(new URL("https://shop.test/"))).toBe("a=1");
  });

  it("ignores lines that are no cookie", () => {
    const jar = new CookieJar();

    jar.take(new URL("http://shop.test/"), [
      ["set-cookie", ""],
      ["set-cookie", "=x"],
      ["set-cookie", "nothing"],
    ]);

    expect(jar.headerFor(new URL("http://shop.test/"))).toBeUndefined();
  });
});
