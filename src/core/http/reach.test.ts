import { describe, expect, it } from "vitest";
import { isAsOpenAs, reachOf } from "./reach.ts";

describe("core/http/reach", () => {
  it.each([
    ["93.184.216.34", "public"],
    ["172.15.255.255", "public"],
    ["172.32.0.1", "public"],
    ["100.128.0.1", "public"],
    ["2606:4700::1111", "public"],
    ["10.1.2.3", "private"],
    ["172.16.0.1", "private"],
    ["192.168.1.1", "private"],
    ["100.100.100.200", "private"],
    ["192.0.0.192", "private"],
    ["198.18.0.1", "private"],
    ["224.0.0.1", "private"],
    ["255.255.255.255", "private"],
    ["fd00:ec2::254", "private"],
    ["fec0::1", "private"],
    ["ff02::1", "private"],
    ["127.0.0.1", "loopback"],
    ["127.9.9.9", "loopback"],
    ["0.0.0.0", "loopback"],
    ["::1", "loopback"],
    ["::", "loopback"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::127.0.0.1", "loopback"],
    ["169.254.169.254", "link_local"],
    ["::ffff:a9fe:a9fe", "link_local"],
    ["64:ff9b::a9fe:a9fe", "link_local"],
    ["2002:a9fe:a9fe::1", "link_local"],
    ["2002:0a00:0001::1", "private"],
    ["fe80::1%eth0", "link_local"],
  ])("says that %s is %s", (address, reach) => {
    expect(reachOf(address)).toBe(reach);
  });

  it("leads from the inside out and never from the outside in", () => {
    expect(isAsOpenAs("public", "private")).toBe(true);
    expect(isAsOpenAs("private", "private")).toBe(true);
    expect(isAsOpenAs("private", "public")).toBe(false);
    expect(isAsOpenAs("loopback", "private")).toBe(false);
    expect(isAsOpenAs("link_local", "loopback")).toBe(false);
  });
});
