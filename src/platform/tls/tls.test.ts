import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import type { TlsTrust } from "../../core/ports/tls.ts";
import { CertificateReader } from "./certificate-facts.ts";
import { handshake, type Secured } from "./handshake.ts";
import { TrustContexts } from "./trust.ts";

const trust: TlsTrust = { caPath: rootPath, minVersion: "1.2", postQuantum: false, verify: true };
const sockets: TLSSocket[] = [];
let server: Server;

beforeAll(async () => {
  server = createServer(identities.good, (socket) => socket.on("error", () => {}));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
});

async function secure(reader: CertificateReader, serverName = "shop.test"): Promise<Secured> {
  const trusted = await new TrustContexts(new FakeClock()).get(trust);
  if (!trusted.ok) throw new Error(trusted.finding.detail);
  const raw = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const options = { context: trusted.context, serverName, verify: true, reader };
  const secured = await handshake(raw, options, new AbortController().signal);
  if (secured.socket !== undefined) sockets.push(secured.socket);
  return secured;
}

describe("platform/tls", () => {
  it("accepts names and addresses of the certificate, refuses others, and never resumes a session", async () => {
    const reader = new CertificateReader();

    for (const name of ["shop.test", "www.shop.test", "127.0.0.1", "::1", "shop.test"]) {
      const { finding, socket } = await secure(reader, name);
      expect([name, finding, socket?.isSessionReused()]).toEqual([name, undefined, false]);
    }
    for (const name of ["other.test", "a.b.shop.test", "127.0.0.2"]) {
      expect((await secure(reader, name)).finding).toMatchObject({ reason: "tls_hostname" });
    }
  });

  it("refuses an unknown root also when the name fits", async () => {
    const trusted = await new TrustContexts(new FakeClock()).get({
      minVersion: "1.2",
      postQuantum: false,
      verify: true,
    });
    if (!trusted.ok) throw new Error(trusted.finding.detail);
    const raw = connect((server.address() as AddressInfo).port, "127.0.0.1");
    const options = {
      context: trusted.context,
      serverName: "shop.test",
      verify: true,
      reader: new CertificateReader(),
    };

    const { finding, socket } = await handshake(raw, options, new AbortController().signal);

    expect(finding).toMatchObject({ is: "down", reason: "tls_untrusted" });
    expect(socket).toBeUndefined();
  });

  it("turns a chain into text once, and knows the root's end from the first sight", async () => {
    const reader = new CertificateReader();

    const first = await secure(reader);
    const second = await secure(reader);

    expect(first.tls?.chain.map(({ subject }) => subject)).toEqual(["CN=shop.test", "CN=Watchfire test intermediate"]);
    expect(second.tls?.chain).toBe(first.tls?.chain);
    expect(second.tls?.verifiedExpiryMs).toBe(Date.UTC(2120, 0, 1));
  });

  it("makes one context per setting, and reads its files again after a minute", async () => {
    const clock = new FakeClock();
    const contexts = new TrustContexts(clock);
    const directory = await mkdtemp(join(tmpdir(), "trust-"));
    const caPath = join(directory, "ca.pem");
    await copyFile(rootPath, caPath);

    const first = await contexts.get({ ...trust, caPath });
    const again = await contexts.get({ ...trust, caPath });
    const other = await contexts.get({ ...trust, caPath, minVersion: "1.3" });
    await copyFile(import.meta.filename, caPath);
    await clock.advance(59_000);
    const soon = await contexts.get({ ...trust, caPath });
    await clock.advance(2_000);
    const later = await contexts.get({ ...trust, caPath });
    await rm(directory, { recursive: true });

    expect(again).toBe(first);
    expect(other).not.toBe(first);
    expect(soon).toBe(first);
    expect(later).toMatchObject({ ok: false, finding: { is: "unknown", reason: "parse" } });
  });

  it.each([
    ["caPath", "/none/ca.pem", "file_missing", 'there is no file "/none/ca.pem", which tls.ca names'],
    ["keyPath", `${rootPath}/key.pem`, "file_missing", `there is no file "${rootPath}/key.pem", which tls.key names`],
    ["certificatePath", tmpdir(), "parse", `cannot read the PEM file "${tmpdir()}" of tls.certificate: EISDIR`],
  ])("says of %s %s what is wrong with the file", async (key, path, reason, detail) => {
    const made = await new TrustContexts(new FakeClock()).get({ ...trust, [key]: path });

    const finding = { is: "unknown", reason, phase: "tls", detail: expect.stringContaining(detail) as string };
    expect(made).toMatchObject({ ok: false, finding });
  });
});
