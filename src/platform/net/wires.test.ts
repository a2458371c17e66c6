import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import type { Wire } from "../../core/ports/wires.ts";
import { createDialer } from "./dialer.ts";
import { createWires } from "./wires.ts";

const loopback: ResolvedAddress = { address: "127.0.0.1", family: 4 };
const trust = { minVersion: "1.2", postQuantum: false, verify: true } as const;
let server: Server;
let cancel: AbortController;
let other: Promise<Socket>;

beforeEach(async () => {
  server = createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  other = once(server, "connection").then(([socket]) => socket as Socket);
  cancel = new AbortController();
});

afterEach(async () => {
  (await other).destroy();
  server.close();
});

async function dial(): Promise<Wire> {
  const clock = new FakeClock();
  const { port } = server.address() as AddressInfo;
  const wired = await createWires(createDialer(clock), clock).dial([loopback], port, cancel.signal);
  if (!wired.ok) throw new Error(wired.finding.detail);
  return wired.wire;
}

const textOf = (received: Awaited<ReturnType<Wire["receive"]>>): unknown =>
  "bytes" in received ? Buffer.from(received.bytes).toString() : received;

describe("platform/net/wires", () => {
  it("gives what came in order, then the end, again and again", async () => {
    const wire = await dial();
    (await other).end("hello");

    expect(wire.remote).toEqual(loopback);
    expect(textOf(await wire.receive())).toBe("hello");
    expect([await wire.receive(), await wire.receive()]).toEqual([{ end: true }, { end: true }]);
    wire.close();
  });

  it("tells of a connection that broke before anything was asked of it", async () => {
    const wire = await dial();
    const socket = await other;
    socket.resetAndDestroy();
    await once(socket, "close");
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));

    const received = await wire.receive();

    expect("finding" in received && received.finding.reason).toBe("reset");
    expect(await wire.receive()).toEqual(received);
    wire.close();
  });

  it("takes no more from the network than is asked for", async () => {
    const wire = await dial();
    const flood = await other;
    let taken = 0;
    const more = (): boolean => flood.write(Buffer.alloc(65_536), () => (taken += 65_536));

    for (let block = 0; block < 1000; block += 1) more();
    const first = await wire.receive();
    await new Promise((resolve) => setImmediate(resolve));

    expect("bytes" in first && first.bytes.length <= 65_536).toBe(true);
    expect(taken).toBeLessThan(64 * 1024 ** 2);
    wire.close();
  });

  it("wakes who waits when the signal aborts, and closes", async () => {
    const wire = await dial();
    const closed = once(await other, "close");
    (await other).resume();

    const waiting = wire.receive();
    cancel.abort();

    expect(await waiting).toMatchObject({ finding: { reason: "timeout" } });
    expect(await wire.send(Buffer.from("x"))).toMatchObject({ is: "down" });
    await closed;
  });

  it("begins no TLS after the end", async () => {
    const ended = await dial();
    (await other).end();
    await ended.receive();

    expect(await ended.secure({ trust, serverName: "shop.test" })).toMatchObject({ finding: { reason: "reset" } });
  });

  it("says that the connection broke, to the reader and to the writer", async () => {
    const wire = await dial();
    (await other).resetAndDestroy();

    expect(await wire.receive()).toMatchObject({ finding: { reason: "reset", phase: "dialogue" } });
    expect(await wire.send(Buffer.from("x"))).toMatchObject({ is: "down", reason: "reset" });
    wire.close();
  });
});
