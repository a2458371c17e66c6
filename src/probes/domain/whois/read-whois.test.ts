import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { whoisAnswers } from "../../../../test/support/servers/whois-answers.ts";
import { decodeText } from "../../../core/text/charset.ts";
import type { Answer } from "../answer.ts";
import { readDate } from "./dates.ts";
import { readWhois, referralOf } from "./read-whois.ts";

function toldBy(answer: Answer): string {
  if (answer.kind === "date") return new Date(answer.expiresMs).toISOString();
  return answer.kind === "failed" ? answer.reason : answer.kind;
}

describe("probes/domain/whois", () => {
  it("is tested on more than forty answers of real servers", () => {
    expect(whoisAnswers.filter(({ origin }) => !origin.startsWith("invented")).length).toBeGreaterThan(40);
  });

  it.each(["cn", "xn--fiqs8s", "hk", "jp", "kr", "de", "eu", "ru", "us", "io", "co", "me"])(
    "is tested on a real answer of .%s that is about a registration",
    (tld) => {
      const real = whoisAnswers.filter((given) => given.tld === tld && !given.origin.startsWith("invented"));
      expect(real.some(({ expires }) => expires === "not_published" || !Number.isNaN(Date.parse(expires)))).toBe(true);
    },
  );

  it("is tested on real answers of more than forty further top-level domains", () => {
    const real = whoisAnswers.filter(({ origin }) => !origin.startsWith("invented"));
    expect(new Set(real.map(({ tld }) => tld)).size).toBeGreaterThan(12 + 40);
  });

  it.each(whoisAnswers.map((given) => [given.name, given.origin, given] as const))(
    "reads %s (%s)",
    (_name, _origin, given) => {
      const answer = readWhois(given.text, given.name, given.tld);

      expect(toldBy(answer)).toBe(given.expires);
      if (!("registration" in answer)) return;
      if (given.registrar !== undefined) expect(answer.registration.registrar).toBe(given.registrar);
      if (given.servers !== undefined) expect(answer.registration.nameServers).toHaveLength(given.servers);
      if (given.statuses !== undefined) expect(answer.registration.statuses).toEqual(given.statuses);
    },
  );

  it("reads GBK as it comes (invented: google.cn's registrar in that charset)", () => {
    const registrar = Buffer.from("b1b1beA9b9c8cfe8d0c5cfa2bcbccaf5d3d0cfdeb9abcbbe", "hex");
    const bytes = Buffer.concat([
      Buffer.from("Domain Name: a.cn\nSponsoring Registrar: "),
      registrar,
      Buffer.from("\nExpiration Time: 2030-03-17 12:48:36\n"),
    ]);

    const answer = readWhois(decodeText(bytes, undefined, false).decodings[0]?.text ?? "", "a.cn", "cn");

    expect(answer).toMatchObject({ kind: "date", registration: { registrar: "北京谷翔信息技术有限公司" } });
  });

  it.each([
    ["2030-02-30", {}, undefined],
    ["31/12/2030", {}, "2030-12-31T00:00:00.000Z"],
    ["12/31/2030", {}, "2030-12-31T00:00:00.000Z"],
    ["03/04/2030", { dayFirst: true }, "2030-04-03T00:00:00.000Z"],
    ["2030-01-01T00:00:00+08:00", {}, "2029-12-31T16:00:00.000Z"],
    ["2030-01-01 10:00:00", { offsetHours: 8 }, "2030-01-01T02:00:00.000Z"],
    ["2030-01-01 is the day", {}, undefined],
    ["20300101", {}, "2030-01-01T00:00:00.000Z"],
    ["203001011", {}, undefined],
    ["Tue, Jan 01 2030", {}, "2030-01-01T00:00:00.000Z"],
    ["1 of May", {}, undefined],
  ] as const)("takes %j (%j) for %s", (text, habit, wanted) => {
    const atMs = readDate(text, habit);

    expect(atMs === undefined ? undefined : new Date(atMs).toISOString()).toBe(wanted);
  });

  it.each([
    ["   Registrar WHOIS Server: whois.markmonitor.com\n", "whois.markmonitor.com"],
    ["refer:        whois.nic.test\n\ndomain: TEST\n", "whois.nic.test"],
    ["Registrar WHOIS Server:\nRegistrar URL: http://a", undefined],
    ["refer: 127.0.0.1:25 x", undefined],
  ])("finds the server that %j leads to", (text, server) => {
    expect(referralOf(text)).toBe(server);
  });

  it("F51 never throws and never invents a date, whatever comes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => void readWhois(text, "a.com", "com")),
    );
    expect(toldBy(readWhois("x".repeat(300_000), "a.com", "com"))).toBe("parse");
    expect(toldBy(readWhois(`${" ".repeat(100_000)}\n`.repeat(2), "a.com", "com"))).toBe("parse");
  });
});
