import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { messageOf } from "../../core/errors.ts";
import type { ListenerIdentity } from "../../core/ports/listener-identity.ts";

/** Files of a listener's own TLS. */
export type IdentityFiles = Readonly<{ certificate: string; key: string; client_ca?: string | undefined }>;

const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Reads the files and proves that a server can use them; the problem is one sentence that names the file. */
export async function readListenerIdentity(
  files: IdentityFiles,
): Promise<Readonly<{ identity: ListenerIdentity } | { problem: string }>> {
  const read: string[] = [];
  for (const path of [files.certificate, files.key, files.client_ca]) {
    try {
      read.push(path === undefined ? "" : await readFile(path, "utf8"));
    } catch (error) {
      return { problem: `${path} cannot be read: ${messageOf(error)}` };
    }
  }
  const [cert = "", key = "", ca = ""] = read;
  const leaf = certificatesIn(cert)[0];
  if (leaf === undefined) return { problem: `${files.certificate} holds no certificate in PEM` };
  const problem = keyProblem(files, key, leaf) ?? clientProblem(files, ca) ?? contextProblem(files, { cert, key });
  if (problem !== undefined) return { problem };
  return {
    identity: {
      cert,
      key,
      ...(files.client_ca !== undefined && { ca }),
      fingerprint: createHash("sha256").update(JSON.stringify(read)).digest("hex"),
      expiresAtMs: leaf.validToDate.getTime(),
    },
  };
}

function certificatesIn(text: string): readonly X509Certificate[] {
  try {
    return (text.match(pem) ?? []).map((each) => new X509Certificate(each));
  } catch {
    return [];
  }
}

function keyProblem({ certificate, key: path }: IdentityFiles, key: string, leaf: X509Certificate): string | undefined {
  try {
    return leaf.checkPrivateKey(createPrivateKey(key))
      ? undefined
      : `the key in ${path} is not that of the first certificate in ${certificate}`;
  } catch {
    // OpenSSL's words could repeat parts of the key.
    return `${path} holds no private key in PEM without a password`;
  }
}

function clientProblem({ client_ca: path }: IdentityFiles, ca: string): string | undefined {
  return path === undefined || certificatesIn(ca).length > 0 ? undefined : `${path} holds no certificate in PEM`;
}

function contextProblem(
  { certificate }: IdentityFiles,
  pair: Readonly<{ cert: string; key: string }>,
): string | undefined {
  try {
    createSecureContext(pair);
    return undefined;
  } catch (error) {
    return `a server cannot use ${certificate}: ${messageOf(error)}`;
  }
}
