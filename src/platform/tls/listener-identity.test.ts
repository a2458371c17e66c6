import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { certificatePath } from "../../../test/support/samples/certificates.ts";
import { readListenerIdentity } from "./listener-identity.ts";

const directory = mkdtempSync(join(tmpdir(), "watchfire-identity-"));
afterAll(() => rmSync(directory, { recursive: true }));

const good = { certificate: certificatePath("good"), key: certificatePath("good.key") };
const textFile = (name: string, text: string): string => {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
};

describe("platform/tls/listener-identity", () => {
  it("reads a pair that fits, tells its end, and differs when anything of it does", async () => {
    const read = await readListenerIdentity(good);
    const again = await readListenerIdentity(good);
    const withClients = await readListenerIdentity({ ...good, client_ca: certificatePath("root") });

    expect(read).toEqual(again);
    expect(read).toMatchObject({ identity: { expiresAtMs: Date.UTC(2120, 0, 1) } });
    expect(read).not.toHaveProperty("identity.ca");
    expect(withClients).toHaveProperty("identity.ca", expect.stringContaining("BEGIN CERTIFICATE"));
    expect(fingerprintOf(withClients)).not.toBe(fingerprintOf(read));
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ["no file", { certificate: "/nowhere/cert.pem" }, "/nowhere/cert.pem cannot be read: ENOENT"],
    ["a directory", { key: directory }, `${directory} cannot be read: EISDIR`],
    ["no certificate", { certificate: good.key }, `${good.key} holds no certificate in PEM`],
    ["a broken certificate", { certificate: textFile("broken.pem", pemOf("AAAA")) }, "broken.pem holds no certificate"],
    ["no key", { key: good.certificate }, `${good.certificate} holds no private key in PEM`],
    ["another's key", { key: certificatePath("client.key") }, "is not that of the first certificate in"],
    ["no client root", { client_ca: textFile("empty.pem", "") }, "empty.pem holds no certificate in PEM"],
    [
      "a key that is too weak",
      { certificate: certificatePath("short-key"), key: certificatePath("short-key.key") },
      "a server cannot use",
    ],
  ])("says of %s what is wrong, and repeats no key", async (_, change, problem) => {
    const read = await readListenerIdentity({ ...good, ...change });

    expect(read).toHaveProperty("problem", expect.stringContaining(problem));
  });
});

function pemOf(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;
}

function fingerprintOf(read: Awaited<ReturnType<typeof readListenerIdentity>>): string {
  return "identity" in read ? read.identity.fingerprint : "";
}
