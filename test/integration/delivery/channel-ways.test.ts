import { afterEach, describe, expect, it, vi } from "vitest";
import { Secret } from "../../../src/core/secrets/secret.ts";
import { ChannelWays } from "../../../src/platform/channels/channel-ways.ts";
import { identities, rootPath } from "../../support/samples/certificates.ts";
import { ChatServer } from "../../support/servers/chat-server.ts";
import { type TunnelBehaviour, TunnelProxy } from "../../support/servers/tunnel-proxy.ts";
import { DeliveryWorld } from "../../support/worlds/delivery-world.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

type Setting = Readonly<{ behaviour: TunnelBehaviour; login?: string; ca?: string }>;

/** A chat behind TLS that is reached through a proxy, and a telephone behind both. */
async function start({ behaviour, login, ca }: Setting) {
  const chat = await ChatServer.startTls(identities.good);
  const proxy = await TunnelProxy.start("ops:secret");
  proxy.behaviour = behaviour;
  const ways = new ChannelWays({ proxy: new Secret(proxy.urlFor(login)), ca });
  const receivers = () => ({
    "ops-chat": { to: [{ kind: "slack", url: `https://chat.shop.test:${chat.port}/ops` }], fallback: ["voice"] },
    voice: { to: [{ kind: "phone" }] },
  });
  const world = await DeliveryWorld.start({ receivers, ways });
  cleanups.push(
    () => chat.stop(),
    () => proxy.stop(),
    () => world.stop(),
  );
  await world.enqueue(world.row({}, {}, { giveUpAtMs: world.clock.now() + 60_000 }));
  return { chat, world };
}

const dead = (world: DeliveryWorld) => world.told.filter((line) => line.startsWith("dead"));

describe("integration/delivery channel ways", () => {
  it("delivers through a proxy with a login to a chat with a private root", async () => {
    const { chat, world } = await start({ behaviour: "tunnel", login: "ops:secret", ca: rootPath });

    // A first handshake may take longer than the turns that the world waits for.
    await vi.waitFor(async () => expect(await world.outcomes()).toEqual(["row-1 delivered"]), { timeout: 20_000 });
    expect(chat.requests).toMatchObject([{ path: "/ops" }]);
  });

  it("sends nothing to a chat whose root is unknown, names the option, and calls a person", async () => {
    const { chat, world } = await start({ behaviour: "tunnel", login: "ops:secret" });
    await world.pass(50);

    const [refused] = (await world.store.deliveries(10)).filter(({ reason }) => reason === "tls");
    expect(chat.requests).toEqual([]);
    expect(refused?.detail).toContain("`channels.ca`");
    expect(dead(world)).toEqual(["dead row-1 tls voice"]);
    expect(world.calls).toHaveLength(1);
  });

  it.each<[name: string, setting: Setting, reason: string, seconds: number]>([
    ["does not know our login", { behaviour: "tunnel", login: "ops:wrong" }, "unauthorized", 50],
    ["forbids the way", { behaviour: 403, login: "ops:secret" }, "unauthorized", 50],
    ["cannot reach the chat", { behaviour: 502, login: "ops:secret" }, "refused", 61],
    ["says nothing", { behaviour: "hang", login: "ops:secret" }, "timeout", 76],
  ])("calls a person when the proxy %s", async (_name, setting, reason, seconds) => {
    const { chat, world } = await start({ ca: rootPath, ...setting });
    await world.pass(seconds + 3);

    expect(chat.requests).toEqual([]);
    expect(dead(world)).toEqual([`dead row-1 ${reason} voice`]);
    expect(world.calls).toMatchObject([{ receiver: "voice", fallbackFrom: "ops-chat" }]);
  });
});
