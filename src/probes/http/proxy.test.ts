import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  type FaultServer,
  type FaultServerOptions,
  serveFault,
} from "../../../test/support/fault-server/fault-server.ts";
import { answer, faults } from "../../../test/support/fault-server/faults.ts";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import {
  reasonsOf,
  runHttpProbe,
  sampleOf,
  startHttpRun,
  startNetworkRun,
} from "../../../test/support/worlds/http-run.ts";
import type { Dialer } from "../../core/ports/dialer.ts";
import { systemClock } from "../../platform/clock.ts";
import { createHttpProbing } from "../../platform/http/http-probing.ts";
import { http } from "./http.ts";

const closing: (() => unknown)[] = [];

async function serve(fault: Parameters<typeof serveFault>[0], options?: FaultServerOptions): Promise<FaultServer> {
  const server = await serveFault(fault, options);
  closing.push(() => server.close());
  return server;
}

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

type Proxy = Readonly<{ url: string; requests: readonly string[] }>;

/** A real proxy: tunnels CONNECT, and answers absolute requests itself. */
async function serveProxy(refusal?: string): Promise<Proxy> {
  const requests: string[] = [];
  const proxy: Server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
    if (refusal !== undefined) response.statusCode = Number(refusal.slice(0, 3));
    response.end("through the proxy");
  });
  const tunnels = new Set<Socket>();
  proxy.on("connect", (request: IncomingMessage, client: Socket) => {
    requests.push(`CONNECT ${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
    if (refusal !== undefined) return void client.end(`HTTP/1.1 ${refusal}\r\ncontent-length: 0\r\n\r\n`);
    const upstream = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      client.pipe(upstream).pipe(client);
    });
    for (const socket of [client, upstream]) {
      tunnels.add(socket);
      socket.on("error", () => {});
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    for (const socket of tunnels) socket.destroy();
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, requests };
}

describe("probes/http through a proxy", () => {
  const proxyAuth = { proxy_auth: { username: "u", password: "p" } };

  it("tunnels to an https target and verifies the target's certificate", async () => {
    const proxy = await serveProxy();
    const server = await serve(answer("ok"), { tls: identities.good });

    const result = await runHttpProbe(`https://shop.test:${server.port}/`, {
      proxy: proxy.url,
      ...proxyAuth,
      tls: { ca: rootPath },
    });

    expect(result.verdict).toBe("up");
    expect(proxy.requests).toEqual([`CONNECT shop.test:${server.port} Basic dTpw`]);
    expect(server.requests[0]).not.toMatch(/proxy-authorization/i);
  });

  it("asks the proxy for the absolute address of an http target", async () => {
    const proxy = await serveProxy();

    const result = await runHttpProbe("http://shop.test/x?y=1", { proxy: proxy.url, ...proxyAuth });

    expect(result.verdict).toBe("up");
    expect(proxy.requests).toEqual(["GET http://shop.test/x?y=1 Basic dTpw"]);
  });

  it("ends at the deadline when the proxy stays silent, and closes the connection", async () => {
    const proxy = await serve(faults["F12 silent"]);
    const run = startHttpRun("https://shop.test/", { proxy: `http://127.0.0.1:${proxy.port}` });

    await proxy.stalled;
    run.cancel();
    const { result } = await run.outcome;
    await proxy.idle();

    expect(reasonsOf(result)).toEqual(["down connect_timeout"]);
  });

  it.each([
    ["https", "407 Proxy Authentication Required", "unknown proxy", "status 407; set proxy_auth"],
    ["https", "403 Forbidden", "unknown proxy", "does not let us through: status 403"],
    ["https", "502 Bad Gateway", "down unreachable", "refused the tunnel with status 502"],
    ["http", "407 Proxy Authentication Required", "unknown proxy", "status 407; set proxy_auth"],
    ["http", "403 Forbidden", "down status", "status 403 Forbidden"],
    ["http", "502 Bad Gateway", "down status", "status 502 Bad Gateway"],
  ])("of a proxy that answers for %s with %s says %s", async (scheme, refusal, reason, detail) => {
    const proxy = await serveProxy(refusal);

    const result = await runHttpProbe(`${scheme}://shop.test/`, { proxy: proxy.url });

    expect(reasonsOf(result)).toEqual([reason]);
    expect(result.findings[0]?.detail).toContain(detail);
  });

  it("shows the status and the answer of a proxy that does not let us through", async () => {
    const proxy = await serveProxy("407 Proxy Authentication Required");

    const result = await runHttpProbe("http://shop.test/", { proxy: proxy.url });

    expect(sampleOf(result, "probe_http_status_code")).toBe(407);
    expect(result.evidence).toMatchObject({ status_line: "HTTP/1.1 407 Proxy Authentication Required" });
  });

  it.each([
    [[407], "up", []],
    [[200, 407], "up", []],
    [["400-499"], "unknown", ["unknown proxy"]],
  ])("of a 407 where %j is expected says %s", async (status, verdict, reasons) => {
    const proxy = await serveProxy("407 Proxy Authentication Required");

    const result = await runHttpProbe("http://shop.test/", { proxy: proxy.url, expect: { status } });

    expect(result.verdict).toBe(verdict);
    expect(reasonsOf(result)).toEqual(reasons);
    expect(sampleOf(result, "probe_http_status_code")).toBe(407);
  });

  it("judges the rest of a 407 that is expected", async () => {
    const proxy = await serveProxy("407 Proxy Authentication Required");
    const expectations = { status: [407], contains: ["no such words"] };

    const result = await runHttpProbe("http://shop.test/", { proxy: proxy.url, expect: expectations });

    expect(reasonsOf(result)).toEqual(["down keyword"]);
  });

  it("is down with the status where a 407 is expected and the proxy lets us through", async () => {
    const proxy = await serveProxy();

    const result = await runHttpProbe("http://shop.test/", { proxy: proxy.url, expect: { status: [407] } });

    expect(reasonsOf(result)).toEqual(["down status"]);
  });

  it("knows nothing of the server when the proxy's machine is silent until the deadline", async () => {
    const asked = Promise.withResolvers<void>();
    const dialer: Dialer = {
      connect: (_addresses, _port, signal) => {
        asked.resolve();
        const finding = { is: "down", reason: "connect_timeout", detail: "not connected in time" } as const;
        return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ ok: false, finding })));
      },
    };
    const ports = { http: createHttpProbing(dialer, systemClock) };
    const options = { proxy: "http://proxy.test:3128" };
    const run = startNetworkRun(http, "https://shop.test/", options, { ports });

    await asked.promise;
    run.cancel();

    expect((await run.outcome).result.findings).toMatchObject([{ is: "unknown", reason: "proxy", phase: "proxy" }]);
  });

  it.each([
    ["http://127.0.0.1:1", "the proxy 127.0.0.1:1: the connection was refused"],
    ["http://missing.localhost.invalid.:3128", "the proxy missing.localhost.invalid.:3128: "],
  ])("knows nothing of the server when the proxy %s is not there", async (proxy, detail) => {
    const result = await runHttpProbe("https://shop.test/", { proxy });

    expect(reasonsOf(result)).toEqual(["unknown proxy"]);
    expect(result.findings[0]?.detail).toContain(detail);
  });
});
