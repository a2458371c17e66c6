import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { certificatePath, type ServerIdentity } from "./certificates.ts";

/** How a certificate differs from a good one of shop.test. */
export type Issue = Readonly<{
  subject?: string;
  names?: readonly string[];
  /** Days from now. */
  from?: number;
  to?: number;
  digest?: "sha1" | "sha256" | "sha384" | "sha512";
  /** Name of a committed key, or the curve of a new one. */
  key?: "P-256" | "P-384" | "rsa2048" | "rsa4096" | "rsa8192" | "short-key";
  /** Who signs: an authority, or the certificate itself by its own name. */
  by?: string;
  isAuthority?: boolean;
}>;

const dayMs = 86_400_000;

/** A root, an intermediate and whatever is issued below them, made by openssl in a directory that goes with `remove`. */
export class BadsslAuthority {
  readonly #directory = mkdtempSync(join(tmpdir(), "watchfire-badssl-"));
  readonly #openssl: string;

  constructor(openssl: string) {
    this.#openssl = openssl;
    writeFileSync(this.#file("ca.cnf"), caConfig(this.#directory));
    for (const root of ["root", "foreign-root"])
      this.issue(root, { subject: `/CN=${root}`, isAuthority: true, by: root });
    this.issue("intermediate", { subject: "/CN=intermediate", isAuthority: true, by: "root" });
  }

  path(name: string): string {
    return this.#file(`${name}.pem`);
  }

  text(name: string): string {
    return readFileSync(this.path(name), "utf8");
  }

  /** What a server presents: the leaf, and those that issued it. */
  identity(name: string, ...issuers: readonly string[]): ServerIdentity {
    return { key: this.text(`${name}.key`), cert: [name, ...issuers].map((each) => this.text(each)).join("\n") };
  }

  /** Makes a key and a certificate. */
  issue(name: string, issue: Issue = {}): void {
    const { subject = "/CN=shop.test", names = ["shop.test"], by = "intermediate", digest = "sha256" } = issue;
    const key = this.#key(name, issue.key ?? "P-256");
    const [request, extensions] = [this.#file(`${name}.csr`), this.#file(`${name}.cnf`)];
    this.#run("req", "-new", "-config", "/dev/null", "-subj", subject, "-key", key, "-out", request);
    writeFileSync(extensions, issue.isAuthority === true ? authority : leafOf(names, subject === "/"));
    writeFileSync(this.#file("index"), "");
    const signer =
      by === name ? ["-selfsign", "-keyfile", key] : ["-cert", this.path(by), "-keyfile", this.path(`${by}.key`)];
    const times = ["-startdate", timeText(issue.from ?? -10), "-enddate", timeText(issue.to ?? 300)];
    const files = ["-config", this.#file("ca.cnf"), "-extfile", extensions, "-in", request, "-out", this.path(name)];
    this.#run("ca", "-batch", "-notext", "-md", digest, ...files, ...times, ...signer);
  }

  /** The intermediate's OCSP answer that a certificate is revoked. */
  revocationOf(name: string): Buffer {
    const { serialNumber, validToDate } = new X509Certificate(this.text(name));
    const day = (date: Date): string =>
      `${date
        .toISOString()
        .slice(2)
        .replace(/[-:T]|\..*/g, "")}Z`;
    const row = ["R", day(validToDate), day(new Date(Date.now() - dayMs)), serialNumber, "unknown", "/CN=shop.test"];
    const [index, answer] = [this.#file("revoked-index"), this.#file("revoked.der")];
    writeFileSync(index, `${row.join("\t")}\n`);
    const issuer = this.path("intermediate");
    const responder = ["-index", index, "-CA", issuer, "-rsigner", issuer, "-rkey", this.path("intermediate.key")];
    this.#run(
      "ocsp",
      ...responder,
      "-issuer",
      issuer,
      "-cert",
      this.path(name),
      "-respout",
      answer,
      "-ndays",
      "7",
      "-noverify",
    );
    return readFileSync(answer);
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true });
  }

  #file(name: string): string {
    return join(this.#directory, name);
  }

  /** Keys of RSA take seconds to make: those are committed. */
  #key(name: string, kind: NonNullable<Issue["key"]>): string {
    const path = this.path(`${name}.key`);
    if (!kind.startsWith("P-")) writeFileSync(path, readFileSync(certificatePath(`${kind}.key`)));
    else this.#run("genpkey", "-quiet", "-algorithm", "EC", "-pkeyopt", `ec_paramgen_curve:${kind}`, "-out", path);
    return path;
  }

  #run(...args: readonly string[]): void {
    execFileSync(this.#openssl, args, { stdio: ["ignore", "ignore", "pipe"] });
  }
}

const authority = `basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
`;

function leafOf(names: readonly string[], isCritical: boolean): string {
  return [
    "basicConstraints = CA:FALSE",
    "extendedKeyUsage = serverAuth,clientAuth",
    `subjectAltName = ${isCritical ? "critical," : ""}@names`,
    "[names]",
    ...names.map((name, index) => `DNS.${index + 1} = ${name}`),
  ].join("\n");
}

function timeText(days: number): string {
  return `${new Date(Date.now() + days * dayMs).toISOString().replace(/[-:T]|\..*/g, "")}Z`;
}

function caConfig(directory: string): string {
  return `[ca]
default_ca = any
[any]
database = ${directory}/index
new_certs_dir = ${directory}
rand_serial = yes
policy = any_policy
unique_subject = no
[any_policy]
commonName = optional
organizationName = optional
`;
}
