import { afterEach, describe, expect, it } from "vitest";
import { closeRegistries, look } from "../../../test/support/servers/registries.ts";
import { sampleOf } from "../../../test/support/worlds/http-run.ts";
import { domain } from "./domain.ts";

afterEach(closeRegistries);

describe("probes/domain options and names", () => {
  it("goes by the day given by hand without asking anybody", async () => {
    const result = await look({ lookup: "none", expires: "2027-11-26" });

    expect([result.verdict, sampleOf(result, "probe_domain_expiry_timestamp_seconds")]).toEqual([
      "up",
      Date.UTC(2027, 10, 26) / 1000,
    ]);
    expect(sampleOf(result, "probe_domain_name_servers")).toBeUndefined();
  });

  it.each([
    [{ lookup: "none" }, "give expires"],
    [{ expires: "26.11.2027" }, "write it as 2027-05-31"],
    [{ expires: "2027-13-01" }, "write it as 2027-05-31"],
    [{ warning: "5d", critical: "6d" }, "must not be longer"],
    [{ rdap_server: "rdap.example.com" }, "whole address"],
    [{ whois_server: "whois://x" }, "scheme"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(domain.options.safeParse(options).error?.issues)).toContain(message);
  });

  it("F53 knows the domains of one registry, whatever they end in", () => {
    const registries = ["a.com", "b.net", "c.org", "例子.中国", "d.cn"].map((address) => domain.locate(address).host);

    expect(registries).toEqual([
      "registry-of-com",
      "registry-of-com",
      "registry-of-org",
      "registry-of-cn",
      "registry-of-cn",
    ]);
  });

  it("is about the registrable name, whichever host is given", () => {
    expect(domain.locate("www.shop.example.co.uk")).toMatchObject({
      canonical: "example.co.uk",
      display: "example.co.uk",
    });
    expect(domain.locate("例子.中国").canonical).toBe("xn--fsqu00a.xn--fiqs8s");
    expect(() => domain.locate("127.0.0.1")).toThrow("no domain that somebody can register");
  });
});
