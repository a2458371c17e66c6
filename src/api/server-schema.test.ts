import { describe, expect, it } from "vitest";
import { serverSchema } from "./server-schema.ts";

const problem = (input: unknown) =>
  serverSchema
    .safeParse(input)
    .error?.issues.map(({ message }) => message)
    .join("\n");

describe("api/server-schema", () => {
  it("listens on loopback alone and serves everything there by default", () => {
    expect(serverSchema.parse({})).toEqual({
      listeners: { main: { listen: { host: "127.0.0.1", port: 9797 }, serve: ["admin", "ops", "push", "public"] } },
      lifecycle: false,
      hosts: [],
    });
  });

  it.each([
    ["0.0.0.0:9798", { host: "0.0.0.0", port: 9798 }],
    ["[::1]:0", { host: "::1", port: 0 }],
    ["localhost:65535", { host: "localhost", port: 65_535 }],
  ])("reads the address %s", (listen, address) => {
    expect(serverSchema.parse({ listeners: { a: { listen } } }).listeners["a"]?.listen).toEqual(address);
  });

  it.each(["9797", ":9797", "localhost", "http://localhost:80", "127.0.0.1:65536", "::1:9797", "a b:1"])(
    "says how to write the address instead of %s",
    (listen) => {
      expect(problem({ listeners: { a: { listen } } })).toContain("write host:port, such as 127.0.0.1:9797");
    },
  );

  it.each([
    [{ listeners: {} }, "at least one listener"],
    [{ listeners: { a: { listen: "127.0.0.1:1", serve: [] } } }, "at least one of"],
    [{ external_url: "ftp://x/" }, "http or https"],
    [{ hosts: ["https://x"] }, "neither scheme, port nor path"],
    [{ port: 80 }, "port"],
  ])("refuses %j", (input, message) => {
    expect(problem(input)).toContain(message);
  });
});
