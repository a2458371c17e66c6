import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { createDialer } from "./dialer.ts";

const loopback: ResolvedAddress = { address: "127.0.0.1", family: 4 };
const otherLoopback: ResolvedAddress = { address: "127.0.0.2", family: 4 };
const servers: Server[] = [];

async function listen(): Promise<number> {
  const server = createServer((socket) => socket.on("error", () => {}));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

describe("platform/net/dialer", () => {
  it("connects and says to which address", async () => {
    const dialled = await createDialer(new FakeClock()).connect(
      [loopback],
      await listen(),
      new AbortController().signal,
    );

    expect(dialled).toMatchObject({ ok: true, remote: loopback });
    if (dialled.ok) dialled.socket.destroy();
  });

  it("goes on to the next address at once when one refuses", async () => {
    const clock = new FakeClock();

    const dialled = await createDialer(clock).connect(
      [otherLoopback, loopback],
      await listen(),
      new AbortController().signal,
    );

    expect(dialled).toMatchObject({ ok: true, remote: loopback });
    expect(clock.pendingTimers).toBe(0);
    if (dialled.ok) dialled.socket.destroy();
  });

  it("starts the next address when one has not answered for 250 ms, gives the first up for nothing but an answer, and closes the loser (F08, F09)", async () => {
    const clock = new FakeClock();
    const accepted: Promise<unknown>[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      accepted.push(new Promise((resolve) => socket.once("close", resolve)));
      socket.resume();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
    const { port } = server.address() as AddressInfo;

    const dialling = createDialer(clock).connect([loopback, otherLoopback], port, new AbortController().signal);
    await clock.advance(250);
    const dialled = await dialling;

    await vi.waitFor(() => expect(accepted).toHaveLength(2));
    await Promise.race(accepted);
    expect(dialled.ok && dialled.socket.destroyed).toBe(false);
    expect(clock.pendingTimers).toBe(0);
    if (dialled.ok) dialled.socket.destroy();
  });

  it("reports refused with address and port when all refuse", async () => {
    const port = await listen();

    const dialled = await createDialer(new FakeClock()).connect([otherLoopback], port, new AbortController().signal);

    expect(dialled).toMatchObject({ ok: false, finding: { is: "down", reason: "refused", phase: "connect" } });
    expect(dialled.ok ? "" : dialled.finding.detail).toContain(`127.0.0.2 port ${port}`);
  });

  it("reports connect_timeout when the signal has aborted", async () => {
    const dialled = await createDialer(new FakeClock()).connect([loopback], await listen(), AbortSignal.abort());

    expect(dialled).toMatchObject({ ok: false, finding: { reason: "connect_timeout" } });
  });

  it("reports dns_nodata when there is nothing to dial", async () => {
    const dialled = await createDialer(new FakeClock()).connect([], 80, new AbortController().signal);

    expect(dialled).toMatchObject({ ok: false, finding: { reason: "dns_nodata" } });
  });
});
