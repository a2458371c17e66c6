import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { certificatePath, identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { ChatServer } from "../../../test/support/servers/chat-server.ts";
import { TunnelProxy } from "../../../test/support/servers/tunnel-proxy.ts";
import type { ChannelSettings } from "../../core/ports/channel-settings.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import { Secret } from "../../core/secrets/secret.ts";
import { ChannelWays } from "./channel-ways.ts";
import { UndiciNotifyHttp } from "./notify-http.ts";

const cleanups: (() => unknown)[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function tlsChat(identity: keyof typeof identities = "good"): Promise<ChatServer> {
  const chat = await ChatServer.startTls(identities[identity]);
  cleanups.push(() => chat.stop());
  return chat;
}

async function tunnelProxy(login?: string): Promise<TunnelProxy> {
  const proxy = await TunnelProxy.start(login);
  cleanups.push(() => proxy.stop());
  return proxy;
}

function httpOver(ways: ChannelWays): UndiciNotifyHttp {
  const http = new UndiciNotifyHttp(ways);
  cleanups.push(() => http.close());
  return http;
}

function post(url: string, settings: ChannelSettings, own?: string): Promise<NotifyAnswer> {
  const proxy = own === undefined ? {} : { proxy: own };
  return httpOver(new ChannelWays(settings)).request({ url, method: "POST", headers: {}, body: "x", ...proxy }, never);
}

async function ownDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "watchfire-ways-"));
  cleanups.push(() => rm(directory, { recursive: true }));
  return directory;
}

describe("platform/channels/channel-ways trust", () => {
  it("delivers to a chat whose certificate comes from a root of the file", async () => {
    const chat = await tlsChat();

    expect(await post(chat.url, { ca: rootPath })).toMatchObject({ ok: true, status: 200 });
    expect(chat.requests).toHaveLength(1);
  });

  it("sends nothing to the same chat without that file", async () => {
    const chat = await tlsChat();

    expect(await post(chat.url, {})).toMatchObject({ ok: false, reason: "tls", sent: false });
    expect(chat.requests).toHaveLength(0);
  });

  it.each(["expired", "wrongHost", "untrusted", "selfSigned"] as const)(
    "verifies with that file too: a certificate that is %s is refused",
    async (identity) => {
      const chat = await tlsChat(identity);

      expect(await post(chat.url, { ca: rootPath })).toMatchObject({ ok: false, reason: "tls", sent: false });
      expect(chat.requests).toHaveLength(0);
    },
  );

  it("makes one context for all connections, and another when the file changes", async () => {
    const ca = join(await ownDirectory(), "roots.pem");
    await copyFile(rootPath, ca);
    const ways = new ChannelWays({ ca });
    const [first, second] = await Promise.all([ways.trust(), ways.trust()]);

    await copyFile(certificatePath("foreign-root"), ca);
    const third = await ways.trust();

    expect(first.context).toBeDefined();
    expect(second.context).toBe(first.context);
    expect(third.context).not.toBe(first.context);
  });

  it("takes a root that was added to the file without a restart, and refuses one that left it", async () => {
    const ca = join(await ownDirectory(), "roots.pem");
    await copyFile(certificatePath("foreign-root"), ca);
    const http = httpOver(new ChannelWays({ ca }));
    const chat = await tlsChat();
    const request = { url: chat.url, method: "POST", headers: {}, body: "x" } as const;

    expect(await http.request(request, never)).toMatchObject({ ok: false, reason: "tls" });
    await copyFile(rootPath, ca);
    expect(await http.request(request, never)).toMatchObject({ ok: true });
    await copyFile(certificatePath("foreign-root"), ca);
    expect(await http.request(request, never)).toMatchObject({ ok: false, reason: "tls" });
  });

  it("keeps what it trusted when the file is lost, and says so only where that matters", async () => {
    const directory = await ownDirectory();
    const ca = join(directory, "roots.pem");
    await copyFile(rootPath, ca);
    const ways = new ChannelWays({ ca });
    const before = await ways.trust();

    await rm(ca);

    expect(await ways.trust()).toEqual({ context: before.context, problem: expect.stringContaining("channels.ca") });
  });

  it.each([
    ["is not there", undefined],
    ["holds no certificate", "hello"],
    ["holds half a certificate", "-----BEGIN CERTIFICATE-----\nAAAA"],
  ])("names the file that %s, and trusts nobody for it", async (_name, text) => {
    const ca = join(await ownDirectory(), "roots.pem");
    if (text !== undefined) await writeFile(ca, text);
    const chat = await tlsChat();

    const answer = await post(chat.url, { ca });

    expect(answer).toMatchObject({
      ok: false,
      reason: "tls",
      sent: false,
      detail: expect.stringContaining("channels.ca"),
    });
    expect(chat.requests).toHaveLength(0);
  });

  it("uses other settings from the next request on", async () => {
    const ways = new ChannelWays({});
    const http = httpOver(ways);
    const chat = await tlsChat();
    const request = { url: chat.url, method: "POST", headers: {}, body: "x" } as const;
    expect(await http.request(request, never)).toMatchObject({ ok: false, reason: "tls" });

    ways.use({ ca: rootPath });

    expect(await http.request(request, never)).toMatchObject({ ok: true });
  });
});

describe("platform/channel-ways proxy", () => {
  it("goes through the shared proxy with its credentials, and verifies the chat behind it", async () => {
    const chat = await tlsChat();
    const proxy = await tunnelProxy("ops:p@ss");
    const url = `https://chat.shop.test:${chat.port}/hook`;
    const settings = { proxy: new Secret(proxy.urlFor("ops:p%40ss")) };

    expect(await post(url, { ...settings, ca: rootPath })).toMatchObject({ ok: true, status: 200 });
    expect(await post(url, settings)).toMatchObject({ ok: false, reason: "tls", sent: false });
    expect(proxy.asked[0]).toEqual({ target: `chat.shop.test:${chat.port}`, credentials: "ops:p@ss" });
    expect(chat.requests.map(({ path }) => path)).toEqual(["/hook"]);
  });

  it("goes through a notifier's own proxy rather than through the shared one", async () => {
    const chat = await tlsChat();
    const [shared, own] = [await tunnelProxy(), await tunnelProxy()];
    const settings = { proxy: new Secret(shared.urlFor()), ca: rootPath };

    expect(await post(`https://chat.shop.test:${chat.port}/`, settings, own.urlFor())).toMatchObject({ ok: true });
    expect([shared.asked.length, own.asked.length]).toEqual([0, 1]);
  });

  it("goes directly to this machine and to the exceptions", async () => {
    const chat = await tlsChat();
    const proxy = await tunnelProxy();
    const settings = { proxy: new Secret(proxy.urlFor()), no_proxy: ["does-not-exist.invalid"], ca: rootPath };

    expect(await post(chat.url, settings)).toMatchObject({ ok: true });
    expect(await post("https://a.does-not-exist.invalid/", settings)).toMatchObject({ ok: false, reason: "dns" });
    expect(proxy.asked).toEqual([]);
  });

  it.each([
    [407, "proxy", "the proxy refuses our credentials (HTTP 407)"],
    [403, "proxy", "the proxy refuses the way to the endpoint (HTTP 403)"],
    [502, "refused", "the proxy gives no way to the endpoint (HTTP 502)"],
  ])("tells what a proxy means that answers %s", async (status, reason, detail) => {
    const proxy = await tunnelProxy();
    proxy.behaviour = status;

    const answer = await post("https://chat.shop.test/", { proxy: new Secret(proxy.urlFor()) });

    expect(answer).toEqual({ ok: false, reason, detail, sent: false });
  });

  it("tells that the proxy itself does not listen", async () => {
    const proxy = await TunnelProxy.start();
    const url = proxy.urlFor();
    await proxy.stop();

    expect(await post("https://chat.shop.test/", { proxy: new Secret(url) })).toEqual({
      ok: false,
      reason: "refused",
      detail: "ECONNREFUSED (on the way through the proxy)",
      sent: false,
    });
  });
});
