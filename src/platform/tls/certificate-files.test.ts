import { execFileSync } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificatePath } from "../../../test/support/samples/certificates.ts";
import type { CertificateFile } from "../../core/ports/certificate-files.ts";
import { systemCertificateFiles } from "./certificate-files.ts";

let directory = "";
const at = (name: string): string => join(directory, name);
const read = (...patterns: readonly string[]): Promise<readonly CertificateFile[]> =>
  systemCertificateFiles.read(patterns, "secret");

/** Subjects of a file, or its finding. */
const shown = (file: CertificateFile | undefined): unknown =>
  file !== undefined && "certificates" in file
    ? file.certificates.map(({ subject }) => subject)
    : `${file?.finding.is} ${file?.finding.reason}`;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "certificate-files-"));
});

afterAll(() => rm(directory, { recursive: true }));

describe("platform/tls/certificate-files", () => {
  it.each([
    ["PEM", "leaf.pem", ["CN=Watchfire test leaf"]],
    ["DER", "leaf.cer", ["CN=Watchfire test leaf"]],
    ["PKCS#12 of today", "leaf.p12", ["CN=Watchfire test leaf", "CN=Watchfire test root"]],
    ["PKCS#12 with RC2 and 3DES", "leaf-legacy.p12", ["CN=Watchfire test leaf", "CN=Watchfire test root"]],
  ])("reads %s", async (_, name, subjects) => {
    const [file] = await read(certificatePath("ocsp/x").replace("x.pem", name));

    expect(shown(file)).toEqual(subjects);
  });

  it("reads a mounted secret through its links, and passes over keys and older versions", async () => {
    const mount = at("tls");
    await mkdir(join(mount, "..2026_11_26"), { recursive: true });
    await copyFile(certificatePath("good"), join(mount, "..2026_11_26", "tls.crt"));
    await copyFile(certificatePath("good.key"), join(mount, "..2026_11_26", "tls.key"));
    await copyFile(certificatePath("root"), join(mount, "..2026_11_26", "ca.crt"));
    await symlink("..2026_11_26", join(mount, "..data"));
    for (const name of ["tls.crt", "tls.key", "ca.crt"]) await symlink(join("..data", name), join(mount, name));

    const files = await read(mount);

    expect(files.map(({ path }) => path)).toEqual([join(mount, "ca.crt"), join(mount, "tls.crt")]);
    expect(files.map(shown)).toEqual([["CN=Watchfire test root"], ["CN=shop.test"]]);
  });

  it("reads what a glob names, and says of each other file what is wrong with it", async () => {
    await mkdir(at("glob"));
    await copyFile(certificatePath("good"), at("glob/a.crt"));
    await writeFile(at("glob/b.crt"), "no certificate");
    await writeFile(at("glob/c.crt"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    await writeFile(at("glob/d.crt"), Buffer.alloc(2 * 1024 ** 2));
    execFileSync("mkfifo", [at("glob/e.crt")]);
    await copyFile(certificatePath("good.key"), at("glob/key.crt"));
    await writeFile(at("glob/f.crt"), Buffer.from("30030201", "hex"));

    expect((await read(at("glob/*.crt"))).map(shown)).toEqual([
      ["CN=shop.test"],
      "down content_mismatch",
      "down content_mismatch",
      "unknown permission",
      "unknown permission",
      "down content_mismatch",
    ]);
  });

  it("says what is missing, and that a password does not fit", async () => {
    await mkdir(at("empty"));
    const store = certificatePath("ocsp/x").replace("x.pem", "leaf.p12");

    expect((await read(at("nowhere/*.pem"), at("nowhere.pem"), at("empty"))).map(shown)).toEqual([
      "down content_mismatch",
      "down content_mismatch",
      "down content_mismatch",
    ]);
    expect((await systemCertificateFiles.read([store], "wrong")).map(shown)).toEqual(["unknown permission"]);
    expect((await systemCertificateFiles.read([store], undefined)).map(shown)).toEqual(["unknown permission"]);
  });

  it("is not led on by glob characters in a directory's own name", async () => {
    await mkdir(at("a[b]*"));
    await copyFile(certificatePath("good"), at("a[b]*/tls.crt"));

    expect((await read(at("a[b]*"))).map(shown)).toEqual([["CN=shop.test"]]);
  });
});
