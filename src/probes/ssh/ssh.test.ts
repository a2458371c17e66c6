import type { Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type Fault, type FaultServer, serveFault } from "../../../test/support/fault-server/fault-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import { probeContext, probeIo } from "../../../test/support/worlds/probe-harness.ts";
import type { Result } from "../../core/checks/result.ts";
import { keyExchanges } from "./key-exchange.ts";
import { ssh } from "./ssh.ts";
import type { Offer } from "./talk.ts";
import { furtherWeaknesses, weaknessesOf } from "./weak.ts";
import { packetOf, SshFields, SshWriter } from "./wire-format.ts";

const servers: FaultServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(fault: Fault): Promise<FaultServer> {
  const server = await serveFault(fault, { onConnection: true });
  servers.push(server);
  return server;
}

async function probe(
  greet: (socket: Socket) => void,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Result> {
  const { port } = await serve(({ socket }) => greet(socket));
  return (await startNetworkRun(ssh, `127.0.0.1:${port}`, options).outcome).result;
}

const banner = "SSH-2.0-Test_1\r\n";

/** An offer as a server sends it. */
function offer(lists: Readonly<Partial<Offer>> = {}): Uint8Array {
  const { keyExchange = ["curve25519-sha256"], hostKey = ["ssh-ed25519"], cipher = [], mac = [] } = lists;
  const writer = new SshWriter().byte(20).raw(new Uint8Array(16));
  for (const names of [keyExchange, hostKey, cipher, cipher, mac, mac, [], [], [], []]) writer.string(names.join(","));
  return packetOf(writer.byte(0).uint32(0).bytes());
}

/** Says its version and these packets, and then keeps silent. */
const says =
  (...packets: readonly Uint8Array[]) =>
  (socket: Socket): void => {
    socket.write(banner);
    for (const packet of packets) socket.write(packet);
  };

const message = (kind: number, write: (writer: SshWriter) => void = () => {}): Uint8Array => {
  const writer = new SshWriter().byte(kind);
  write(writer);
  return packetOf(writer.bytes());
};

const reply = (blob: Uint8Array, share: Uint8Array): Uint8Array =>
  message(31, (writer) =>
    writer.string(blob).string(share).string(new SshWriter().string("ssh-ed25519").string("x").bytes()),
  );

const edKey = new SshWriter().string("ssh-ed25519").string(new Uint8Array(32).fill(9)).bytes();

describe("probes/ssh against what is no good server", () => {
  it.each<readonly [string, (socket: Socket) => void, string]>([
    ["another protocol", (socket) => socket.end("220 mail\r\n"), 'it said "220 mail"'],
    ["silence and an end", (socket) => socket.end(), "nothing came"],
    ["SSH 1", (socket) => socket.end("SSH-1.5-old\r\n"), 'the server speaks "SSH-1.5-old", not SSH 2.0'],
    ["endless greetings", (socket) => socket.end("hello\n".repeat(60)), "more than 50 lines"],
    [
      "a packet that is too long",
      (socket) => socket.end(`${banner}\u007f\u007f\u007f\u007f\u0004`),
      "a packet says that it has",
    ],
    [
      "a packet of padding only",
      says(Uint8Array.of(0, 0, 0, 12, 11, ...new Uint8Array(11))),
      "a packet says that it has 12 bytes",
    ],
    ["a short offer", says(message(20)), "shorter than it says"],
    [
      "a disconnect",
      says(message(1, (writer) => writer.uint32(11).string("too many\u001b").string(""))),
      "code 11: too many\\x1b",
    ],
    ["another message", says(message(99)), "message 99 came, expected 20"],
    [
      "nothing in common",
      says(offer({ keyExchange: ["mlkem768x25519-sha256"] })),
      "no key exchange that the probe speaks: mlkem768x25519-sha256",
    ],
    ["no host key", says(offer({ hostKey: ["ssh-dss"] })), "no host key that the probe speaks: ssh-dss"],
    ["an improper share", says(offer(), reply(edKey, new Uint8Array(3))), "no proper one"],
    [
      "an unknown host key",
      says(offer(), reply(new SshWriter().string("x").bytes(), new Uint8Array(32))),
      "unknown type",
    ],
    ["a forged signature", says(offer(), reply(edKey, new Uint8Array(32).fill(9))), "did not prove"],
  ])("F28 is down for %s", async (_, greet, detail) => {
    const result = await probe(greet);

    expect(reasonsOf(result).filter((reason) => reason.startsWith("down"))).toEqual(["down protocol"]);
    expect(result.headline?.detail).toContain(detail);
    expect(result.memory).toBeUndefined();
  });

  it("F13 reports reset when the server goes away, and refused when there is none", async () => {
    const broken = await probe((socket) => {
      socket.write(banner);
      socket.once("data", () => socket.end());
    });
    const { result } = await startNetworkRun(ssh, "127.0.0.1:1").outcome;

    expect([reasonsOf(broken), reasonsOf(result)]).toEqual([["down reset"], ["down refused"]]);
    expect(sampleOf(broken, "probe_ssh_weak_algorithms", { kind: "mac" })).toBeUndefined();
  });

  it("is unknown when this machine has no sockets left, and forgets no key for it", async () => {
    const finding = { is: "unknown", reason: "local_resources", phase: "connect", detail: "no sockets" } as const;
    const io = probeIo({
      monotonicMs: () => 0,
      resolver: { resolve: async () => ({ ok: true, addresses: [] }) },
      wires: {
        dial: async () => ({ ok: false, finding }),
        dialPath: () => expect.fail("there is no path"),
      },
    });
    const memory = { type: "ssh-ed25519", fingerprint: "SHA256:x" };

    const result = await ssh.open({}, io).run(probeContext({ address: "a.test", memory }));

    expect([result.findings, result.memory]).toEqual([[finding], memory]);
  });

  it("passes over what may come at any time", async () => {
    const result = await probe(says(message(2), message(4), offer({ hostKey: ["ssh-dss"] })));

    expect(result.headline?.detail).toContain("no host key");
    expect(sampleOf(result, "probe_ssh_weak_algorithms", { kind: "host_key" })).toBe(1);
  });

  it("F12 ends at the deadline when the server is silent", async () => {
    const server = await serve(({ socket, stalled }) => void socket.once("data", stalled));
    const waiting = startNetworkRun(ssh, `127.0.0.1:${server.port}`);
    await server.stalled;
    waiting.cancel();

    const { headline } = (await waiting.outcome).result;
    expect(headline?.reason).toBe("timeout");
    expect(headline?.detail).toMatch(/^waiting for the server's version: not finished within/);
  });

  it("F22 reads an endless stream no further than its budget", async () => {
    const result = await probe((socket) => {
      socket.write(banner);
      const more = (): void =>
        void (
          socket.destroyed ||
          socket.write(
            message(2, (writer) => writer.string("x".repeat(20_000))),
            more,
          )
        );
      more();
    });

    expect(result.headline?.detail).toContain("floods us");
  });
});

describe("probes/ssh weaknesses", () => {
  const strong: Offer = {
    keyExchange: ["curve25519-sha256", "kex-strict-s-v00@openssh.com"],
    hostKey: ["ssh-ed25519", "rsa-sha2-512"],
    cipher: ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr"],
    mac: ["hmac-sha2-256-etm@openssh.com", "umac-128@openssh.com"],
  };

  it("finds none in what OpenSSH should offer", () => {
    expect(Object.values(weaknessesOf(strong, [])).flat()).toEqual([]);
    expect(furtherWeaknesses({ greeting: [], banner: "SSH-2.0-x", offer: strong }, { least_rsa_bits: 2048 })).toEqual(
      [],
    );
  });

  it("names what is weak, but for what is allowed", () => {
    const weak: Offer = {
      keyExchange: [
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha256",
      ],
      hostKey: ["ssh-dss", "ssh-rsa", "ssh-rsa-cert-v01@openssh.com"],
      cipher: ["3des-cbc", "arcfour256", "aes256-cbc", "rijndael-cbc@lysator.liu.se"],
      mac: ["hmac-md5", "hmac-sha1-96", "hmac-sha1-etm@openssh.com", "umac-64@openssh.com"],
    };

    const found = weaknessesOf(weak, ["hmac-md5"]);

    expect(found).toEqual({ ...weak, keyExchange: weak.keyExchange.slice(0, 2), mac: weak.mac.slice(1) });
  });

  it.each([
    [{ cipher: ["chacha20-poly1305@openssh.com"] }, true],
    [{ cipher: ["aes128-cbc"], mac: ["hmac-sha2-256-etm@openssh.com"] }, true],
    [{ cipher: ["aes128-cbc"], mac: ["hmac-sha2-256"] }, false],
    [{ cipher: ["aes128-gcm@openssh.com"] }, false],
  ])("knows whether %j is open to the Terrapin attack", (lists, isOpen) => {
    const talk = { greeting: [], banner: "SSH-1.99-x", offer: { ...strong, keyExchange: [], ...lists } };

    expect(furtherWeaknesses(talk, { least_rsa_bits: 2048 })).toEqual([
      "it speaks SSH 1, too",
      ...(isOpen ? ["it is open to the Terrapin attack (CVE-2023-48795)"] : []),
    ]);
  });

  it("agrees on the same secret from both sides, by every key exchange", () => {
    for (const [name, way] of keyExchanges) {
      const [one, other] = [way.begin(), way.begin()];
      const secret = Buffer.from(one.secretWith(other.share)).toString("hex");
      expect([name, secret]).toEqual([name, Buffer.from(other.secretWith(one.share)).toString("hex")]);
    }
  });

  it("writes numbers as SSH does, and reads them back", () => {
    const bytes = new SshWriter()
      .mpint(Uint8Array.of(0, 0, 0x80))
      .mpint(new Uint8Array(2))
      .mpint(Uint8Array.of(0, 9))
      .bytes();
    const fields = new SshFields(bytes);

    expect([...bytes]).toEqual([0, 0, 0, 2, 0, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 9]);
    expect([1, 2, 3].map(() => [...fields.mpint()])).toEqual([[0x80], [], [9]]);
    expect(() => fields.byte()).toThrow("shorter than it says");
  });
});

describe("probes/ssh options", () => {
  it.each([
    [{ fingerprints: ["MD5:aa"] }],
    [{ fingerprints: [] }],
    [{ banner: "(" }],
    [{ weak: "high" }],
    [{ least_rsa_bits: 1 }],
  ])("refuses %j", (options) => {
    expect(ssh.options.safeParse(options).success).toBe(false);
  });
});
