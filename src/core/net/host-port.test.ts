import { describe, expect, it } from "vitest";
import { formatHostPort, hostPortSchema, parseHostPort } from "./host-port.ts";

describe("core/net/host-port", () => {
  it.each([
    ["mail.example.com:25", { host: "mail.example.com", port: 25 }],
    ["MAIL.example.com.", { host: "mail.example.com." }],
    ["127.0.0.1:1", { host: "127.0.0.1", port: 1 }],
    ["[::1]:443", { host: "::1", port: 443 }],
    ["[fe80::1%lo]:443", { host: "fe80::1%lo", port: 443 }],
    ["::1", { host: "::1" }],
    ["2001:db8::8:800", { host: "2001:db8::8:800" }],
    ["例子.中国:80", { host: "xn--fsqu00a.xn--fiqs8s", port: 80 }],
  ])("reads %s, and writes what it reads back", (text, wanted) => {
    expect(parseHostPort(text)).toEqual(wanted);
    expect(parseHostPort(formatHostPort(wanted))).toEqual(wanted);
  });

  it.each([
    "",
    ":80",
    "a:0",
    "a:65536",
    "a:b",
    "a b:1",
    "user@host:1",
    "host/path",
    "[::g]:1",
    "0177.0.0.1:80",
    "127.1:80",
    "::1]:2",
    "例/子:1",
  ])("refuses %j", (text) => {
    expect(parseHostPort(text)).toBeUndefined();
  });

  it("says what is right, and wants a port where one is needed", () => {
    const messageOf = (text: string): string | undefined =>
      hostPortSchema("with port").safeParse(text).error?.issues[0]?.message;

    expect(messageOf("mail.example.com")).toContain("host:port");
    expect(messageOf("tcp://mail.example.com:25")).toContain("scheme");
    expect(hostPortSchema("port optional").parse("Shop.Example.com")).toBe("shop.example.com");
  });
});
