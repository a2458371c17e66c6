import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Fault,
  type FaultServer,
  type FaultServerOptions,
  serveFault,
} from "../../../test/support/fault-server/fault-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { tcp } from "./tcp.ts";

type Options = Readonly<Record<string, unknown>>;

const servers: FaultServer[] = [];

/** Serves each connection at once, as most protocols greet. */
async function serve(greet: (socket: Socket) => void, options: FaultServerOptions = {}): Promise<FaultServer> {
  const fault: Fault = ({ socket }) => greet(socket);
  const server = await serveFault(fault, { ...options, onConnection: true });
  servers.push(server);
  return server;
}

async function probe(greet: (socket: Socket) => void, options: Options = {}): Promise<Result> {
  const { port } = await serve(greet);
  return (await startNetworkRun(tcp, `127.0.0.1:${port}`, options).outcome).result;
}

/** Runs until the other end says that it stalls, then lets the deadline fall; nothing may stay open. */
async function probeUntilStalled(fault: Fault, options: Options): Promise<Result> {
  const server = await serveFault(fault, { onConnection: true });
  servers.push(server);
  const run = startNetworkRun(tcp, `127.0.0.1:${server.port}`, options);
  await server.stalled;
  run.cancel();
  const { result } = await run.outcome;
  await server.idle();
  return result;
}

const banner = (text: string) => (socket: Socket) => void socket.end(text);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe("probes/tcp", () => {
  it("is up when the connection stands, with family, hash and phases", async () => {
    const result = await probe(banner(""));

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_ip_protocol")).toBe(4);
    expect(sampleOf(result, "probe_ip_addr_hash")).toBe(3668918509);
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBe(0);
    expect(sampleOf(result, "probe_tcp_duration_seconds", { phase: "connect" })).toBeGreaterThan(0);
    expect(sampleOf(result, "probe_expect_info")).toBeUndefined();
  });

  it("F10 dials an IPv6 literal", async () => {
    const { port } = await serve(banner(""), { host: "::1" });

    const { result } = await startNetworkRun(tcp, `[::1]:${port}`).outcome;

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_ip_protocol")).toBe(6);
  });

  it("F11 reports refused when the port is closed, without the series of a dialogue", async () => {
    const server = await serveFault(() => {}, { onConnection: true });
    await server.close();

    const { result } = await startNetworkRun(tcp, `127.0.0.1:${server.port}`).outcome;

    expect(reasonsOf(result)).toEqual(["down refused"]);
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBeUndefined();
  });

  it("takes labels from the line that matches, and passes over those before", async () => {
    const dialogue = [
      { expect: "^SSH-2.0-(?P<software>[^ ]+)(?: (.*))?$", labels: { software: "$software", comment: "<$2> $$" } },
    ];

    const result = await probe(banner("warning\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), { dialogue });

    expect(result.verdict).toBe("up");
    expect(result.samples.find(({ metric }) => metric === "probe_expect_info")?.labels).toEqual({
      software: "OpenSSH_9.2p1",
      comment: "<Debian-2> $",
    });
    expect(result.evidence).toMatchObject({ dialogue: ["< warning", "< SSH-2.0-OpenSSH_9.2p1 Debian-2"] });
  });

  it("answers with groups of the match and the line end that is wanted", async () => {
    const heard: string[] = [];
    const ping = (socket: Socket): void => {
      socket.write("PING 4711\n");
      socket.on("data", (chunk) => heard.push(String(chunk)) === 1 && socket.end("PONG!\n"));
    };

    const result = await probe(ping, {
      line_end: "lf",
      dialogue: [{ expect: "^PING ([0-9]+)", send: "PONG $1" }, { expect: "^PONG!$" }],
    });

    expect([result.verdict, heard.join("")]).toEqual(["up", "PONG 4711\n"]);
  });

  it("sends what stands beside no expect as it is", async () => {
    const heard: string[] = [];
    const listen = (socket: Socket): void =>
      void socket.on("data", (chunk) => heard.push(String(chunk)) && socket.end("ok\n"));

    const result = await probe(listen, { line_end: "lf", dialogue: [{ send: "PASS a$$b${1}$2" }, { expect: "^ok$" }] });

    expect([result.verdict, heard.join("")]).toEqual(["up", "PASS a$$b${1}$2\n"]);
  });

  it("sends and expects bytes that are no text, and never shows a secret", async () => {
    const heard: Buffer[] = [];
    const echo = (socket: Socket): void =>
      void socket.on("data", (chunk: Buffer) => {
        heard.push(chunk);
        if (Buffer.concat(heard).length === 7) socket.end(Buffer.from([0, 255, 10, 65]));
      });
    const dialogue = [{ send_hex: "00ff" }, { send_secret: "pwd" }, { expect_hex: "00 FF 0a" }, { expect_bytes: "A" }];

    const result = await probe(echo, { dialogue });

    expect(result.verdict).toBe("up");
    expect(Buffer.concat(heard).toString("latin1")).toBe("\u0000\u00ffpwd\r\n");
    expect(JSON.stringify(result)).not.toContain("pwd");
  });

  it("reports keyword with the step and the last line when nothing matches", async () => {
    const result = await probe(banner("554 go away\u0007"), { dialogue: [{ expect: "^220 " }] });

    expect(reasonsOf(result)).toEqual(["down keyword"]);
    expect(result.headline?.detail).toContain(
      'step 1: the other end closed before a line matched ^220 ; the last line was "554 go away\\x07"',
    );
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBe(1);
    expect(sampleOf(result, "probe_failed_due_to_bytes")).toBe(0);
  });

  it.each([
    ["other bytes", "N", '"N" came in place of "S"'],
    ["no bytes", "", "closed before 1 bytes"],
  ])("reports keyword for %s", async (_, text, detail) => {
    const result = await probe(banner(text), { dialogue: [{ expect_bytes: "S" }] });

    expect(reasonsOf(result)).toEqual(["down keyword"]);
    expect(result.headline?.detail).toContain(detail);
    expect(sampleOf(result, "probe_failed_due_to_bytes")).toBe(1);
  });

  it("grades a slow run", async () => {
    const result = await probe(banner("ok\n"), { dialogue: [{ expect: "ok" }], slower_than: { critical: "0s" } });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up", "flaw slow"]);
  });

  it.each([
    ["an endless line", "x".repeat(65_536)],
    ["endless lines", `${"x".repeat(1000)}\n`.repeat(64)],
  ])("bounds %s", async (_, block) => {
    const flood = (socket: Socket): void => {
      const more = (): void => void (socket.destroyed || socket.write(block, more));
      more();
    };

    const result = await probe(flood, { dialogue: [{ expect: "never" }] });

    expect(reasonsOf(result)).toEqual(["down protocol"]);
    expect(result.headline?.detail).toContain("floods us");
  });

  it("F12 F21 ends at the deadline with timeout when the other end is silent, or drips", async () => {
    const dialogue = [{ send: "hello" }, { expect: "never" }];
    const silent = await probeUntilStalled(({ socket, stalled }) => void socket.on("data", stalled), { dialogue });
    const drip: Fault = ({ socket, stalled }) => {
      const dripping = setInterval(() => socket.write("\u0000", stalled), 1);
      socket.on("close", () => clearInterval(dripping)).resume();
    };
    const dripping = await probeUntilStalled(drip, { dialogue });

    expect([silent, dripping].map(({ headline }) => headline?.reason)).toEqual(["timeout", "timeout"]);
    expect(silent.headline?.detail).toMatch(
      /^step (?:1|2, waiting for a line that matches never): not finished within .*: the deadline fell in phase dialogue$/,
    );
    expect(silent.phasesMs.dialogue).toBeGreaterThanOrEqual(0);
  });

  it("F13 reports reset when the connection is broken off", async () => {
    const result = await probe((socket) => socket.resetAndDestroy(), { dialogue: [{ expect: "x" }] });

    expect(reasonsOf(result)).toEqual(["down reset"]);
  });
});

describe("probes/tcp options", () => {
  it.each([
    [{ dialogue: [{ expect: "(" }] }, "no RE2 pattern"],
    [{ dialogue: [{ expect: "a", expect_bytes: "b" }] }, "exclude each other"],
    [{ dialogue: [{ send: "a", send_hex: "00" }] }, "exclude each other"],
    [{ dialogue: [{ labels: { a: "b" } }] }, "give expect"],
    [{ dialogue: [{ expect: "a", labels: { instance: "b" } }] }, "set by Watchfire"],
    [
      {
        dialogue: [
          { expect: "a", labels: { a: "1" } },
          { expect: "b", labels: { a: "2" } },
        ],
      },
      "same label",
    ],
    [{ dialogue: [{ send_hex: "0" }] }, "hexadecimal"],
    [{ encryption: "tls", dialogue: [{ starttls: true }] }, "TLS begins once"],
    [{ tls: {} }, "say nothing without TLS"],
    [{ certificate: {} }, "say nothing without TLS"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(tcp.options.safeParse(options).error?.issues)).toContain(message);
  });
});
