import { describe, expect, it } from "vitest";
import { websocket as kind } from "../../../probes/websocket/websocket.ts";
import { websocket } from "./websocket.ts";

const scene = {
  fileText: (path: string) => `text of ${path}\n`,
  fault: (message: string) => {
    throw new Error(message);
  },
};

describe("exporters/blackbox/probers/websocket", () => {
  it("turns a section into options that the probe takes", () => {
    const section = {
      preferred_ip_protocol: "ip4",
      http_config: { authorization: { credentials: "t" }, tls_config: { server_name: "n" } },
      headers: { "X-One": { values: ["1"] }, Origin: { secrets: ["https://a"] }, "X-Two": { files: ["f"] } },
      query_response: [{ expect: "^hi", send: "ho" }, { send: "bye" }],
    };

    const options = websocket.translate(section, scene);

    expect(options).toEqual({
      family: "prefer_4",
      tls: { server_name: "n" },
      certificate: { expiry: "off" },
      headers: { "x-one": "1", "x-two": "text of f" },
      origin: "https://a",
      auth: { kind: "bearer", scheme: "Bearer", token: "t" },
      dialogue: [{ expect_next: "^hi" }, { send: "ho" }, { send: "bye" }],
    });
    expect(kind.options.safeParse(options).error?.issues ?? []).toEqual([]);
    expect(kind.options.safeParse(websocket.translate({}, scene)).success).toBe(true);
    expect(websocket.address("wss://h/x", {})).toBe("wss://h/x");
  });

  it.each([
    [{ http_config: { proxy_url: "http://p" } }, "http_config.proxy_url is not supported"],
    [{ http_config: { http_headers: { A: { values: ["1"] } } } }, "http_config.http_headers is not supported"],
    [{ query_response: [{ expect_bytes: "a" }] }, "query_response.expect_bytes is not supported"],
    [{ query_response: [{ starttls: true }] }, "query_response.starttls is not supported"],
    [{ query_response: [{ expect: "a", labels: [{ name: "a", value: "b" }] }] }, "query_response.labels"],
    [{ headers: { A: { values: ["1", "2"] } } }, "more than one value"],
  ])("refuses %j", (section, message) => {
    expect(() => websocket.translate(section, scene)).toThrow(message);
  });
});
