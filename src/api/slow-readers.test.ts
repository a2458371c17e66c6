import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type ApiHarness, openTestApi, rawRequest } from "../../test/support/worlds/api-harness.ts";

let open: ApiHarness[] = [];

async function start(...settings: Parameters<typeof openTestApi>): Promise<ApiHarness> {
  const harness = await openTestApi(...settings);
  open.push(harness);
  return harness;
}

afterEach(async () => {
  await Promise.all(open.map(({ api }) => api.close()));
  open = [];
});

describe("api/slow readers", () => {
  it("cuts off a reader that is not done after a minute, and shares one rendering among slow readers (F111)", async () => {
    let rendered = 0;
    const big = Buffer.alloc(8 * 1024 * 1024, "x");
    const harness = await start(
      {},
      {
        scrape: () => ({
          contentType: "text/plain",
          chunks: (async function* () {
            rendered += 1;
            yield big;
          })(),
        }),
      },
    );
    const { hostname, port } = new URL(harness.url);
    const readers = Array.from({ length: 10 }, () => connect(Number(port), hostname));
    const began = readers.map((socket) => new Promise((resolve) => socket.once("readable", resolve)));
    const ended = readers.map((socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())));
    for (const socket of readers) {
      socket.on("error", () => {});
      socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }
    await Promise.all(began);

    await harness.clock.advance(60_000);

    for (const socket of readers) socket.resume();
    await Promise.all(ended);
    expect(rendered).toBe(1);
    expect(Math.max(...readers.map((socket) => socket.bytesRead))).toBeLessThan(big.length);
  });

  it("stops within two seconds although a reader is not done", async () => {
    const big = Buffer.alloc(8 * 1024 * 1024, "x");
    const chunks = async function* () {
      yield big;
    };
    const harness = await openTestApi({}, { scrape: () => ({ contentType: "text/plain", chunks: chunks() }) });
    const { hostname, port } = new URL(harness.url);
    const reader = connect(Number(port), hostname);
    reader.on("error", () => {});
    reader.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await new Promise((resolve) => reader.once("readable", resolve));

    const closed = harness.api.close();
    await harness.clock.advance(2000);

    await closed;
    await expect(rawRequest(harness.url, "/-/healthy")).rejects.toThrow("ECONNREFUSED");
    reader.destroy();
  });
});
