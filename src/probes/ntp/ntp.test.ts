import { createSocket, type Socket } from "node:dgram";
import { afterEach, describe, expect, it } from "vitest";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Observation, Result } from "../../core/checks/result.ts";
import { ntp } from "./ntp.ts";
import { decodeAnswer } from "./packet.ts";

type Options = Readonly<Record<string, unknown>>;
type Fields = Readonly<{
  leap?: number;
  stratum?: number;
  reference?: string;
  dispersion?: number;
  aheadMs?: number;
  early?: boolean;
}>;

const sockets: Socket[] = [];
afterEach(async () => {
  await Promise.all(sockets.splice(0).map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
});

const nowMs = Date.UTC(2026, 10, 26, 12);

function writeTime(packet: Buffer, at: number, epochMs: number): void {
  const seconds = (epochMs / 1000 + 2_208_988_800) % 2 ** 32;
  packet.writeUInt32BE(Math.floor(seconds), at);
  packet.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4);
}

/** An answer to the question as a server writes it. */
function answer(question: Uint8Array, fields: Fields = {}, atMs = nowMs): Buffer {
  const {
    leap = 0,
    stratum = 2,
    reference = "\u0001\u0002\u0003\u0004",
    dispersion = 0.01,
    aheadMs = 0,
    early = false,
  } = fields;
  const packet = Buffer.alloc(48);
  packet.writeUInt8(leap * 64 + 4 * 8 + 4, 0);
  packet.writeUInt8(stratum, 1);
  packet.writeUInt32BE(Math.round(0.02 * 65_536), 4);
  packet.writeUInt32BE(Math.round(dispersion * 65_536), 8);
  packet.write(reference, 12, "latin1");
  packet.set(question.subarray(40, 48), 24);
  writeTime(packet, 32, atMs + aheadMs);
  writeTime(packet, 40, atMs + aheadMs + (early ? -500 : 0));
  return packet;
}

/** Runs against a clock of our own: the question leaves at `nowMs`, the answer takes `roundTripMs`. */
async function run(fields: Fields, options: Options = {}, roundTripMs = 20): Promise<Observation> {
  const io = probeIo({
    monotonicMs: () => 0,
    random: () => 0.5,
    resolver: { resolve: async () => ({ ok: true, addresses: [{ address: "192.0.2.1", family: 4 }] }) },
    datagrams: {
      async ask({ bytes, accept }) {
        const reply = answer(bytes, fields, nowMs + roundTripMs / 2);
        expect(accept(reply)).toBe(true);
        return { ok: true, bytes: reply, sentAtMs: nowMs, receivedAtMs: nowMs + roundTripMs };
      },
    },
  });
  return ntp.open(options, io).run(probeContext({ address: "time.test" }));
}

describe("probes/ntp", () => {
  it("is up within the limits, and tells offset, way and what the server says of itself", async () => {
    const result = await run({ aheadMs: 80 });

    expect(reasonsOf(result)).toEqual([]);
    expect(sampleOf(result, "probe_ntp_offset_seconds")).toBeCloseTo(0.08, 5);
    expect(sampleOf(result, "probe_ntp_round_trip_seconds")).toBeCloseTo(0.02, 5);
    expect(sampleOf(result, "probe_ntp_root_dispersion_seconds")).toBeCloseTo(0.01, 3);
    expect(sampleOf(result, "probe_ntp_root_delay_seconds")).toBeCloseTo(0.02, 3);
    expect([sampleOf(result, "probe_ntp_stratum"), sampleOf(result, "probe_ntp_leap")]).toEqual([2, 0]);
    expect(result.evidence).toMatchObject({ remote: "192.0.2.1", reference: "1.2.3.4" });
  });

  it.each<readonly [string, Fields, Options, string]>([
    [
      "a clock that is behind",
      { aheadMs: 200 },
      {},
      "warning this machine's clock is 200 ms behind the server's (± 10 ms), more than 100ms",
    ],
    [
      "a clock that is far ahead",
      { aheadMs: -90_000 },
      {},
      "critical this machine's clock is 1m30s ahead of the server's (± 10 ms), more than 1s",
    ],
    [
      "a limit of its own",
      { aheadMs: 80 },
      { offset: { warning: "50ms" } },
      "warning this machine's clock is 80 ms behind the server's (± 10 ms), more than 50ms",
    ],
    ["an unsure server", { dispersion: 2 }, {}, "warning the server expects an error of 2000 ms, more than 1s"],
    [
      "a very unsure server",
      { dispersion: 2 },
      { root_dispersion: { critical: "1s" } },
      "critical the server expects an error of 2000 ms, more than 1s",
    ],
    ["a far server", { stratum: 5 }, { max_stratum: 4 }, "warning the server has stratum 5, above 4"],
    ["a leap second", { leap: 1 }, {}, "info the server announces that a second is added"],
    ["a second left out", { leap: 2 }, { leap: "warning" }, "warning the server announces that a second is left out"],
  ])("is up with a flaw for %s", async (_, fields, options, told) => {
    const { findings } = await run(fields, options);

    expect(
      findings.map((finding) => `${finding.is === "flaw" ? finding.severity : finding.is} ${finding.detail}`),
    ).toEqual([told]);
  });

  it("takes no slow way for a wrong clock, and no ignored leap second for a flaw", async () => {
    expect(reasonsOf(await run({ aheadMs: 450 }, {}, 1000))).toEqual([]);
    expect(reasonsOf(await run({ aheadMs: 650 }, {}, 1000))).toEqual(["flaw threshold"]);
    expect(reasonsOf(await run({ leap: 1 }, { leap: "ignore" }))).toEqual([]);
  });

  it.each<readonly [string, Fields, string, string]>([
    ["a clock that is not set", { leap: 3 }, "down status", "not synchronised (leap 3, stratum 2)"],
    ["stratum 16", { stratum: 16 }, "down status", "stratum 16"],
    [
      "a server that starts",
      { stratum: 0, reference: "INIT" },
      "down status",
      "not synchronised (leap 0, stratum 0, INIT)",
    ],
    ["a denial", { stratum: 0, reference: "DENY" }, "down blocked", "kiss of death DENY"],
    [
      "stratum 0 without a code",
      { stratum: 0, reference: "\u0000\u0000\u0000\u001b" },
      "down status",
      "not synchronised (leap 0, stratum 0)",
    ],
    ["too many questions", { stratum: 0, reference: "RATE" }, "unknown rate_limited", "we ask too often"],
    ["moments that contradict", { early: true }, "down protocol", "before it had the question"],
  ])("tells no time for %s", async (_, fields, reason, detail) => {
    const result = await run(fields);

    expect(reasonsOf(result)).toEqual([reason]);
    expect(result.findings[0]?.detail).toContain(detail);
    expect(sampleOf(result, "probe_ntp_offset_seconds")).toBeUndefined();
  });

  it("F60 reads moments of the era that begins in 2036, and of the one before", () => {
    const soonMs = Date.UTC(2036, 1, 8);

    for (const atMs of [soonMs - 86_400_000 * 2, soonMs, Date.UTC(2100, 0, 1)]) {
      expect(decodeAnswer(answer(new Uint8Array(48), {}, atMs), atMs + 60_000).receivedAtMs).toBeCloseTo(atMs, 0);
    }
  });
});

describe("probes/ntp over the network", () => {
  async function serve(reply: (question: Buffer, send: (packet: Buffer) => void) => void): Promise<number> {
    const socket = createSocket("udp4");
    sockets.push(socket);
    socket.on("message", (question, { port, address }) =>
      reply(question, (packet) => socket.send(packet, port, address)),
    );
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", () => resolve()));
    return socket.address().port;
  }

  async function probe(port: number, options: Options = {}): Promise<Result> {
    return (await startNetworkRun(ntp, `127.0.0.1:${port}`, options).outcome).result;
  }

  it("F18 F28 passes over packets that are no answer to its question", async () => {
    const port = await serve((question, send) => {
      send(Buffer.from("x"));
      send(answer(Buffer.alloc(48, 7), {}, Date.now()));
      send(Buffer.concat([Buffer.of(0x23), answer(question, {}, Date.now()).subarray(1)]));
      send(answer(question, { stratum: 3 }, Date.now()));
    });

    const result = await probe(port, { offset: { warning: "10m", critical: "1h" } });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_ntp_stratum")).toBe(3);
  });

  it("F11 F12 is down when nobody answers in time, or nothing listens", async () => {
    let asked = (): void => {};
    const heard = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const silent = await serve(() => asked());
    const waiting = startNetworkRun(ntp, `127.0.0.1:${silent}`);
    await heard;
    waiting.cancel();

    const { headline } = (await waiting.outcome).result;
    expect(headline?.reason).toBe("timeout");
    expect(headline?.detail).toContain(`waiting for an answer from 127.0.0.1 port ${silent}: not finished within`);
    const refused = await probe(1);
    expect(reasonsOf(refused)).toEqual(["down refused"]);
    expect(refused.headline?.detail).toMatch(/ \(127\.0\.0\.1 port 1\)$/);
  });

  it.each([[{ offset: { warning: "1" } }], [{ max_stratum: 16 }], [{ leap: "critical" }]])("refuses %j", (options) => {
    expect(ntp.options.safeParse(options).success).toBe(false);
  });
});
