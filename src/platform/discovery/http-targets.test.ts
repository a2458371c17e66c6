import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { type Fault, serveFault } from "../../../test/support/fault-server/fault-server.ts";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { ChatServer, type ScriptedAnswer } from "../../../test/support/servers/chat-server.ts";
import { loopback } from "../../../test/support/worlds/http-run.ts";
import { targetsFromSchema } from "../../config/discovery/targets-from-schema.ts";
import type { SourcePart } from "../../core/ports/target-source.ts";
import { systemClock } from "../clock.ts";
import { createHttpProbing } from "../http/http-probing.ts";
import { createDialer } from "../net/dialer.ts";
import { openTargetSource } from "./open-target-source.ts";

const closing: (() => unknown)[] = [];

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

const ports = {
  clock: systemClock,
  resolver: loopback,
  http: createHttpProbing(createDialer(systemClock), systemClock),
};
const signal = new AbortController().signal;

async function serve(...script: readonly ScriptedAnswer[]): Promise<ChatServer> {
  const server = await ChatServer.start(...script);
  closing.push(() => server.stop());
  return server;
}

function ask(url: string, options: object = {}): Promise<readonly SourcePart[]> {
  return openTargetSource(targetsFromSchema.parse({ kind: "http", url, ...options }), "/", ports).read(signal);
}

const list = [{ targets: ["a:1"], labels: { dc: "bj" } }];

describe("platform/discovery http", () => {
  it("asks as Prometheus does, with the credentials of the check", async () => {
    const server = await serve({ status: 200, body: JSON.stringify(list) });

    const parts = await ask(`${server.url}/sd?token=s3cret`, {
      auth: { kind: "bearer", token: "t0ken" },
      headers: { "X-Team": "web" },
      refresh: "90s",
    });

    expect(parts).toEqual([{ name: `${server.url}/sd`, groups: list }]);
    expect(server.requests).toMatchObject([
      {
        path: "/sd?token=s3cret",
        headers: {
          accept: "application/json",
          authorization: "Bearer t0ken",
          "x-team": "web",
          "x-prometheus-refresh-interval-seconds": "90",
        },
      },
    ]);
  });

  it("asks over TLS whom it is told to trust, and nobody else", async () => {
    const server = await ChatServer.startTls(identities.good, { status: 200, body: JSON.stringify(list) });
    closing.push(() => server.stop());
    const url = `https://shop.test:${server.port}/sd`;

    expect(await ask(url, { tls: { ca: rootPath } })).toMatchObject([{ groups: list }]);
    expect(await ask(url)).toMatchObject([{ problem: expect.stringMatching(/not trusted/) }]);
  });

  it.each([
    ["another status", { status: 503, body: "[]" }, "it answered 503, expected 200"],
    ["no JSON", { status: 200, body: "<html>" }, /^this is no JSON/],
    ["another form", { status: 200, body: '{"targets":[]}' }, /no list of groups/],
    ["a reset", "reset", /reset|closed/],
  ] as const)("says that there is %s", async (_, script, problem) => {
    const server = await serve(script);

    const expected = typeof problem === "string" ? problem : expect.stringMatching(problem);
    expect(await ask(`${server.url}/sd?k=s3cret`)).toEqual([{ name: `${server.url}/sd`, problem: expected }]);
  });

  it("gives a bomb up at its limit (F23)", async () => {
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024, " "));
    const fault: Fault = ({ socket }) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
      socket.write(bomb);
    };
    const server = await serveFault(fault);
    closing.push(() => server.close());

    expect(await ask(`http://127.0.0.1:${server.port}/`)).toMatchObject([
      { problem: "the body unpacks to more than 8388608 bytes" },
    ]);
  });

  it("sends no credentials to where a redirect leads (F26)", async () => {
    const other = await serve({ status: 200, body: JSON.stringify(list) });
    const first = await serve({ status: 302, headers: { location: `${other.url}/sd` } });

    const parts = await ask(`${first.url}/sd`, { auth: { kind: "basic", username: "u", password: "s3cret" } });

    expect(parts).toMatchObject([{ groups: list }]);
    expect(other.requests[0]?.headers).not.toHaveProperty("authorization");
  });

  it("waits no longer than its timeout for a server that says nothing (F12)", async () => {
    const server = await serve("hang");
    const clock = new FakeClock();
    const from = targetsFromSchema.parse({ kind: "http", url: server.url, timeout: "3s" });
    const reading = openTargetSource(from, "/", { ...ports, clock }).read(signal);
    await server.received(1);

    await clock.advance(3000);

    expect(await reading).toMatchObject([{ problem: "it did not answer in time" }]);
  });
});
