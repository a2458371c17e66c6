import { describe, expect, it } from "vitest";
import { unix as kind } from "../../../probes/unix/unix.ts";
import { unix } from "./unix.ts";

const scene = {
  fileText: () => "",
  fault: (message: string) => {
    throw new Error(message);
  },
};

describe("exporters/blackbox/probers/unix", () => {
  it("turns a section into options that the probe takes", () => {
    const section = {
      tls: true,
      tls_config: { server_name: "n" },
      query_response: [{ send: "PING" }, { expect: "^PONG$" }],
    };

    const options = unix.translate(section, scene);

    expect(options).toEqual({
      line_end: "lf",
      dialogue: [{ send: "PING" }, { expect: "^PONG$" }],
      encryption: "tls",
      tls: { server_name: "n" },
      certificate: { expiry: "off" },
    });
    expect(kind.options.safeParse(options).success).toBe(true);
    expect(unix.translate({}, scene)).toEqual({ line_end: "lf", dialogue: [] });
    expect(unix.address("/run/a.sock", {})).toBe("/run/a.sock");
  });
});
