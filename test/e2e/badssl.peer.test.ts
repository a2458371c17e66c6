import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { afterAll, describe, expect, it, type TestContext } from "vitest";
import { certificate } from "../../src/probes/certificate/certificate.ts";
import { http } from "../../src/probes/http/http.ts";
import { peer } from "../support/daemons/peers.ts";
import { serveFault } from "../support/fault-server/fault-server.ts";
import { BadsslAuthority } from "../support/samples/badssl-authority.ts";
import { type BadsslClass, badsslClasses } from "../support/samples/badssl-classes.ts";
import { startNetworkRun } from "../support/worlds/http-run.ts";

/** Alert `handshake_failure`, as a server sends that shares no cipher with us. */
const refusal = Buffer.from("15030300020228", "hex");
const groups = JSON.parse(readFileSync(new URL("../support/certificates/dh-groups.json", import.meta.url), "utf8"));
const served = badsslClasses.filter(({ told }) => told !== "");
let authority: BadsslAuthority | undefined;

afterAll(() => authority?.remove());

/** The authority, made with the first test that needs it. */
function authorityFor(context: TestContext): BadsslAuthority {
  const openssl = peer(context, "openssl", "openssl");
  if (authority !== undefined) return authority;
  authority = new BadsslAuthority(openssl);
  authority.issue("sha1-authority", { subject: "/CN=old", isAuthority: true, by: "root", digest: "sha1" });
  authority.issue("other");
  return authority;
}

/** `-----BEGIN DH PARAMETERS-----` of a modulus and a generator in hex. */
function dhParameters([modulus, generator]: readonly [string, string]): string {
  const integers = Buffer.concat([modulus, generator].map((hex) => der(0x02, positive(Buffer.from(hex, "hex")))));
  const base64 = der(0x30, integers).toString("base64").replace(/.{64}/g, "$&\n");
  return `-----BEGIN DH PARAMETERS-----\n${base64}\n-----END DH PARAMETERS-----\n`;
}

function positive(bytes: Buffer): Buffer {
  return (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.of(tag, ...size), content]);
}

/** What the server of a class presents and allows. */
function serverOf(ca: BadsslAuthority, { name, chain, server, group }: BadsslClass): TlsOptions {
  return {
    // The floor of the server is none of what is asked here.
    ciphers: "DEFAULT:@SECLEVEL=0",
    ...ca.identity(leafOf(name), ...(chain ?? ["intermediate"])),
    ...(server?.requestCert === true && { ca: [ca.text("root"), ca.text("intermediate")] }),
    ...server,
    ...(group !== undefined && {
      maxVersion: "TLSv1.2",
      ciphers: "DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0",
      dhparam: dhParameters(groups[group]),
    }),
  };
}

async function serve(options: TlsOptions, revocation: Buffer | undefined): Promise<Server> {
  const server = createServer(options, (socket) => {
    socket.on("error", () => {}).once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
  });
  server.on("tlsClientError", () => {});
  if (revocation !== undefined) server.on("OCSPRequest", (_leaf, _issuer, done) => done(null, revocation));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

const leafOf = (name: string): string => name.replace(/,.*/, "");

/** Runs the probe that shows the class, and gives what it said first. */
async function look(ca: BadsslAuthority, given: BadsslClass, port: number): Promise<string> {
  const ours = { certificate: ca.path("other"), key: ca.path("other.key") };
  const tls = { ca: ca.path("root"), server_name: "shop.test", ...(given.name === "client" && ours) };
  const pinned = given.isPinned === true ? { matches_file: ca.path("other") } : {};
  const run =
    given.asks === true
      ? startNetworkRun(http, `https://127.0.0.1:${port}/`, { tls })
      : startNetworkRun(certificate, `127.0.0.1:${port}`, { tls, ...pinned });
  const { headline } = (await run.outcome).result;
  return headline === undefined ? "up" : `${headline.is} ${headline.reason}`;
}

describe("e2e/badssl classes", () => {
  for (const given of served) {
    it(`F40 F41 F42 F44 ${given.name} is ${given.told}`, async (context) => {
      const ca = authorityFor(context);
      const leaf = leafOf(given.name);
      if (given.refuses === true) {
        const refusing = await serveFault(({ socket }) => void socket.once("data", () => socket.end(refusal)), {
          onConnection: true,
        });
        expect(await look(ca, given, refusing.port)).toBe(given.told);
        return refusing.close();
      }
      ca.issue(leaf, given.leaf?.by === given.name ? { ...given.leaf, by: leaf } : given.leaf);
      const server = await serve(serverOf(ca, given), given.isRevoked === true ? ca.revocationOf(leaf) : undefined);

      const told = await look(ca, given, (server.address() as AddressInfo).port);

      expect(told).toBe(given.told);
      server.close();
    });
  }

  it("tells all that can be wrong with a certificate apart", () => {
    const wrong = ["expired", "wrong.host", "self-signed", "untrusted-root", "revoked", "incomplete-chain", "tls-v1-0"];
    const reasons = wrong.map((name) => badsslClasses.find((each) => each.name === name)?.told);

    expect(new Set(reasons).size).toBe(wrong.length);
  });
});
