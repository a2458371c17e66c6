import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { ChatServer, type ScriptedAnswer } from "../../../test/support/servers/chat-server.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import { UndiciNotifyHttp } from "./notify-http.ts";

const http = new UndiciNotifyHttp();
const servers: ChatServer[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve(...script: readonly ScriptedAnswer[]): Promise<ChatServer> {
  const server = await ChatServer.start(...script);
  servers.push(server);
  return server;
}

function post(url: string, signal: AbortSignal = never): Promise<NotifyAnswer> {
  return http.request({ url, method: "POST", headers: { "content-type": "text/plain" }, body: "你好" }, signal);
}

describe("platform/channels/notify-http", () => {
  it("delivers the body and returns status, headers and text", async () => {
    const server = await serve({ status: 201, headers: { "X-One": "1" }, body: "成功" });

    const answer = await post(`${server.url}/a?b=c`);

    expect(answer).toMatchObject({ ok: true, status: 201, body: "成功", headers: { "x-one": "1" } });
    expect(server.requests).toMatchObject([{ method: "POST", path: "/a?b=c", body: "你好" }]);
  });

  it("keeps the connection for the next message", async () => {
    const server = await serve();

    await post(server.url);
    await post(server.url);

    expect(server.requests).toHaveLength(2);
  });

  it("does not follow a redirect", async () => {
    const server = await serve({ status: 302, headers: { location: "/elsewhere" } });

    expect(await post(server.url)).toMatchObject({ ok: true, status: 302 });
    expect(server.requests).toHaveLength(1);
  });

  it("cuts an endless body at 64 KiB", async () => {
    const server = await serve({ raw: `HTTP/1.1 200 OK\r\ncontent-length: 9999999\r\n\r\n${"x".repeat(100_000)}` });

    const answer = await post(server.url);

    expect(answer.ok && answer.body.length).toBe(65_536);
  });

  it.each<[string, ScriptedAnswer, Partial<NotifyAnswer>]>([
    ["a reset after the request", "reset", { ok: false, reason: "reset", sent: true }],
    [
      "a body that is cut short",
      { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"ok":', end: true },
      { ok: false, reason: "reset", sent: true },
    ],
    [
      "something that is no HTTP",
      { raw: "SSH-2.0-OpenSSH_9.6\r\n", end: true },
      { ok: false, reason: "protocol", sent: true },
    ],
  ])("tells %s", async (_name, script, expected) => {
    const server = await serve(script);

    expect(await post(`${server.url}/SECRET`)).toMatchObject(expected);
  });

  it("tells that nothing was sent when nobody listens", async () => {
    const server = await ChatServer.start();
    const { url } = server;
    await server.stop();

    expect(await post(url)).toMatchObject({ ok: false, reason: "refused", sent: false });
  });

  it("tells a name that does not resolve", async () => {
    expect(await post("http://does-not-exist.invalid/")).toMatchObject({ ok: false, reason: "dns", sent: false });
  });

  it("ends at the caller's deadline, and says that the request may have arrived", async () => {
    const server = await serve("hang");
    const deadline = new AbortController();

    const answer = post(server.url, deadline.signal);
    await server.received(1);
    deadline.abort();

    expect(await answer).toEqual({ ok: false, reason: "timeout", detail: "no answer before the deadline", sent: true });
  });

  it("sends nothing when the deadline is over before it begins", async () => {
    const server = await serve();

    expect(await post(server.url, AbortSignal.abort())).toMatchObject({ ok: false, reason: "timeout", sent: false });
    expect(server.requests).toHaveLength(0);
  });

  it("refuses a certificate that does not verify, without sending", async () => {
    const file = (name: string): string =>
      readFileSync(new URL(`../../../test/support/certificates/${name}`, import.meta.url), "utf8");
    const server = createTlsServer({ key: file("self-signed.key.pem"), cert: file("self-signed.pem") });
    server.on("tlsClientError", () => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");

    const answer = await post(`https://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    server.close();

    expect(answer).toMatchObject({ ok: false, reason: "tls", sent: false });
  });

  it("goes through a proxy with its credentials", async () => {
    const proxy = await serve({ status: 200, body: "ok" });
    const proxied = proxy.url.replace("//", "//user:p%40ss@");

    const answer = await http.request(
      { url: "http://hooks.example/a?b", method: "POST", headers: {}, body: "x", proxy: proxied },
      never,
    );

    expect(answer).toMatchObject({ ok: true, status: 200, body: "ok" });
    expect(proxy.requests).toMatchObject([
      {
        path: "http://hooks.example/a?b",
        body: "x",
        headers: { "proxy-authorization": `Basic ${Buffer.from("user:p@ss").toString("base64")}` },
      },
    ]);
  });

  it.each([
    ["refuses the tunnel", 403, "https://hooks.example/", "the proxy refuses the way to the endpoint (HTTP 403)"],
    ["refuses the credentials", 407, "http://hooks.example/", "the proxy refuses our credentials (HTTP 407)"],
  ])("tells that the proxy %s", async (_name, status, url, detail) => {
    const proxy = await serve({ status });

    const answer = await http.request({ url, method: "POST", headers: {}, body: "x", proxy: proxy.url }, never);

    expect(answer).toMatchObject({ ok: false, reason: "proxy", detail, sent: false });
  });
});
