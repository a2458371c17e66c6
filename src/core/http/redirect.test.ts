import { describe, expect, it } from "vitest";
import type { HttpResponse } from "../ports/http-probing.ts";
import { type Hop, isRedirect, nextHop } from "./redirect.ts";

const answer = (status: number, location?: string): HttpResponse => ({
  status,
  statusText: "",
  version: "1.1",
  headers: location === undefined ? [] : [["location", location]],
  body: new Uint8Array(0),
  cut: false,
});
const hop = (method = "GET", body?: string): Hop => ({
  url: new URL("https://shop.test/a/b"),
  method,
  ownHeaders: true,
  ...(body !== undefined && { body }),
});

describe("core/http/redirect", () => {
  it.each([
    [200, "/x", false],
    [304, "/x", false],
    [301, undefined, false],
    [308, "/x", true],
  ])("tells whether %i with location %s leads on", (status, location, leads) => {
    expect(isRedirect(answer(status, location))).toBe(leads);
    expect("end" in nextHop(hop(), answer(status, location))).toBe(!leads);
  });

  it("keeps the check's own headers on its origin, and drops credentials and fragment of the address", () => {
    expect(nextHop(hop(), answer(302, "../c#d"))).toMatchObject({ hop: { ownHeaders: true, method: "GET" } });
    const away = nextHop(hop(), answer(302, "https://u:p@other.test/c#d"));

    expect(away).toMatchObject({ hop: { ownHeaders: false } });
    expect("hop" in away && away.hop.url.href).toBe("https://other.test/c");
  });

  it.each([
    [301, "POST", "GET", undefined],
    [302, "PUT", "PUT", "x"],
    [303, "PUT", "GET", undefined],
    [303, "HEAD", "HEAD", "x"],
    [307, "POST", "POST", "x"],
  ])("after %i asks a %s as %s", (status, method, next, body) => {
    const found = nextHop(hop(method, "x"), answer(status, "/c"));

    expect("hop" in found && [found.hop.method, found.hop.body]).toEqual([next, body]);
  });

  it.each([
    ["nowhere", " ", "empty"],
    ["to no address", "http://[", "no URL"],
    ["to another scheme", "file:///etc/passwd?token=x", "only http and https"],
  ])("refuses to be led %s", (_, location, problem) => {
    const found = nextHop(hop(), answer(302, location));

    expect(found).toMatchObject({
      finding: { is: "down", reason: "redirects", detail: expect.stringContaining(problem) },
    });
    expect(JSON.stringify(found)).not.toContain("token");
  });

  it("sends no body to another host", () => {
    expect(nextHop(hop("POST", "x"), answer(307, "https://other.test/"))).toMatchObject({
      finding: { detail: expect.stringContaining("another host") },
    });
  });
});
