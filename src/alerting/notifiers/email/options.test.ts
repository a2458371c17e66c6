import { describe, expect, it } from "vitest";
import { email } from "./email.ts";

const base = { host: "localhost", from: "watchfire@example.com" };

describe("alerting/notifiers/email options", () => {
  it.each<[options: object, message: RegExp]>([
    [{ tls: "none", auth: { username: "u", password: "p" } }, /in clear/],
    [{ tls: "none", ca: "/ca.pem" }, /no certificate to verify/],
    [{ host: "smtp://mail.example.com:25" }, /name or address alone/],
    [{ from: "Watchfire <w@example.com>" }, /no mail address/],
    [{ from: "w@example.com\r\nBcc: x@example.com" }, /no mail address/],
    [{ from_name: "a\r\nBcc: x@example.com" }, /no line breaks/],
    [{ to: [] }, /leave it out where only persons get mail/],
    [{ to: ["a@example.com>"] }, /no mail address/],
    [{ auth: { username: "u" } }, /password/],
  ])("refuses %j", (options, message) => {
    expect(() => email.open({ ...base, ...options })).toThrow(message);
  });

  it.each([
    [{}, 587],
    [{ tls: "implicit" }, 465],
    [{ tls: "none" }, 25],
    [{ port: 2525 }, 2525],
  ])("speaks with %j to port %i", (options, port) => {
    expect(email.open({ ...base, ...options }).endpoint).toMatch(new RegExp(`^localhost:${port}#[0-9a-f]{12}$`));
  });

  it("takes two entries with other recipients for two endpoints, so that none is sent in place of the other", () => {
    const [a, b] = [["a@example.com"], ["b@example.com"]].map((to) => email.open({ ...base, to }).endpoint);

    expect(a).not.toBe(b);
  });
});
