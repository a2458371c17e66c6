import { X509Certificate } from "node:crypto";
import { constants } from "node:fs";
import { glob, open, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { derTags, readDer } from "../../core/asn1/der.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { messageOf } from "../../core/errors.ts";
import type { CertificateFile, CertificateFiles } from "../../core/ports/certificate-files.ts";
import { ownTrouble, unlistable } from "../files/own-trouble.ts";
import { codeOf } from "../net/socket-failure.ts";
import { certificateFactsOf } from "./certificate-facts.ts";
import { readPkcs12 } from "./pkcs12.ts";

const mostFiles = 200;
const mostCertificates = 200;
const largestFileBytes = 1024 ** 2;
const begin = "-----BEGIN CERTIFICATE-----";
const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** How a file was found: by its own path, by a glob, or in a directory that may hold others, too. */
type Found = Readonly<{ path: string; by: "path" | "glob" | "directory" }>;

/** Reads the machine's files. */
export const systemCertificateFiles: CertificateFiles = {
  async read(patterns, password) {
    const files: CertificateFile[] = [];
    for (const pattern of patterns) {
      const found = await find(pattern);
      if (!("files" in found)) {
        files.push(found);
        continue;
      }
      const read: CertificateFile[] = [];
      for (const file of found.files) {
        const its = await readFile(file, password);
        if (its !== undefined) read.push(its);
      }
      files.push(
        ...(read.length > 0
          ? read
          : [failed(pattern, "down", "content_mismatch", `no file of "${pattern}" holds a certificate`)]),
      );
    }
    return files.slice(0, mostFiles);
  },
};

/** Files of a pattern. */
async function find(pattern: string): Promise<Readonly<{ files: readonly Found[] }> | CertificateFile> {
  const facts = await stat(pattern).catch((error: unknown) => codeOf(error));
  if (typeof facts === "object" && !facts.isDirectory()) return { files: [{ path: pattern, by: "path" }] };
  const isDirectory = typeof facts === "object";
  if (!isDirectory && facts !== "ENOENT" && facts !== "ENOTDIR")
    return failed(pattern, "unknown", "permission", `cannot look at "${pattern}": ${facts}`);
  try {
    const paths = isDirectory ? await listDirectory(pattern) : await expand(pattern);
    if (paths.length > 0)
      return { files: paths.sort().map((path) => ({ path, by: isDirectory ? "directory" : "glob" })) };
  } catch (error) {
    const reason = ownTrouble(error)?.reason ?? "permission";
    return failed(pattern, "unknown", reason, `cannot look for "${pattern}": ${messageOf(error)}`);
  }
  const trouble = await unlistable(pattern);
  if (trouble !== undefined)
    return failed(pattern, "unknown", trouble.reason, `cannot look for "${pattern}": ${trouble.detail}`);
  return failed(pattern, "down", "content_mismatch", `there is no ${isDirectory ? "file in" : "file"} "${pattern}"`);
}

/** A mounted secret keeps its versions in hidden directories beside the links to them. */
async function listDirectory(path: string): Promise<string[]> {
  const names = (await readdir(path)).filter((name) => !name.startsWith("."));
  return names.slice(0, mostFiles).map((name) => join(path, name));
}

async function expand(pattern: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) {
    if (paths.push(path) === mostFiles) break;
  }
  return paths;
}

async function readFile({ path, by }: Found, password: string | undefined): Promise<CertificateFile | undefined> {
  const isNamed = by !== "directory";
  const bytes = await readBytes(path);
  if (bytes instanceof Error) {
    const reason = ownTrouble(bytes)?.reason ?? "permission";
    const detail = `cannot read "${path}": ${messageOf(bytes)}`;
    return isNamed || reason === "local_resources" ? failed(path, "unknown", reason, detail) : undefined;
  }
  if (bytes === undefined)
    return isNamed ? failed(path, "unknown", "permission", `"${path}" is no regular file`) : undefined;
  const text = bytes.toString("latin1");
  try {
    if (text.includes(begin))
      return fileOf(
        path,
        (text.match(pem) ?? []).slice(0, mostCertificates).map((each) => new X509Certificate(each)),
      );
    if (readDer(bytes)?.tag === derTags.sequence) return await readBinary(path, bytes, password);
  } catch (error) {
    // In a directory, DER of another kind is none of our business.
    if (!isNamed && !text.includes(begin)) return undefined;
    return failed(path, "down", "content_mismatch", `"${path}" holds a broken certificate: ${messageOf(error)}`);
  }
  // Keys lie beside certificates, and under the same names.
  const isOther = !isNamed || (by === "glob" && text.includes("PRIVATE KEY-----"));
  return isOther ? undefined : failed(path, "down", "content_mismatch", `"${path}" holds no certificate`);
}

async function readBinary(path: string, bytes: Buffer, password: string | undefined): Promise<CertificateFile> {
  // A store begins with its version, a certificate with another sequence.
  if (readDer(bytes)?.content[0] !== derTags.integer) return fileOf(path, [new X509Certificate(bytes)]);
  const store = await readPkcs12(bytes, password ?? "");
  if ("certificates" in store) return fileOf(path, store.certificates);
  if (store.problem === "broken")
    return failed(path, "down", "content_mismatch", `"${path}" is no PKCS#12 store that can be read`);
  return failed(path, "unknown", "permission", `the password does not open "${path}"`);
}

function fileOf(path: string, certificates: readonly X509Certificate[]): CertificateFile {
  if (certificates.length === 0) return failed(path, "down", "content_mismatch", `"${path}" holds no certificate`);
  return { path, certificates: certificates.map(certificateFactsOf) };
}

/** Bytes of a regular file, or why it cannot be read. Opening a pipe must not wait for its other end. */
async function readBytes(path: string): Promise<Buffer | Error | undefined> {
  try {
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const facts = await file.stat();
    if (!facts.isFile()) return undefined;
    if (facts.size > largestFileBytes) return new Error(`it is larger than ${largestFileBytes} bytes`);
    return await file.readFile();
  } catch (error) {
    return error instanceof Error ? error : new Error(messageOf(error));
  }
}

function failed(path: string, is: "down" | "unknown", reason: Reason, detail: string): CertificateFile {
  return { path, finding: { is, reason, phase: "local", detail } };
}
