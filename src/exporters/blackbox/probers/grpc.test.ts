import { describe, expect, it } from "vitest";
import { grpc } from "./grpc.ts";

const scene = {
  fileText: () => "",
  fault: (message: string) => {
    throw new Error(message);
  },
};

describe("exporters/blackbox/probers/grpc", () => {
  it.each([
    ["h:1", {}, "h:1"],
    ["h", {}, "h:80"],
    ["http://h/x", { encryption: "tls" }, "h:443"],
    ["https://h:8/", {}, "h:8"],
    ["[::1]", {}, "[::1]:80"],
    ["::1", {}, "[::1]:80"],
    ["[::1]:9", {}, "[::1]:9"],
    ["no host", {}, "no host"],
  ])("takes the target %s with %j for %s", (target, options, address) => {
    expect(grpc.address(target, options)).toBe(address);
  });

  it("turns a section into options", () => {
    const section = { service: "a", tls: true, tls_config: { server_name: "n" }, metadata: { k: ["v"] } };

    expect(grpc.translate(section, scene)).toEqual({
      grpc_service: "a",
      family: "prefer_6",
      metadata: { k: ["v"] },
      encryption: "tls",
      tls: { server_name: "n" },
      certificate: { expiry: "off" },
    });
    expect(grpc.translate({}, scene)).toMatchObject({ family: "6" });
  });
});
