import type { TlsOptions } from "node:tls";
import type { Issue } from "./badssl-authority.ts";

/** A class of badssl.com as we rebuild it, or why it is not. */
export type BadsslClass = Readonly<{
  name: string;
  /** `is reason` of the first finding; `up` without one. */
  told: string;
  /** How the leaf differs from a good one, and who is sent with it. */
  leaf?: Issue;
  chain?: readonly string[];
  server?: TlsOptions;
  /** Parameters of a Diffie-Hellman exchange in dh-groups.json. */
  group?: "dh1024" | "composite" | "smallSubgroup";
  /** Speaks no cipher or version of ours, so that the other end can only refuse. */
  refuses?: true;
  isRevoked?: true;
  /** Holds a copy of the certificate that is to be served, and another is. */
  isPinned?: true;
  /** A request is made; for what shows only after the handshake. */
  asks?: true;
  /** What is to be known about it. */
  note?: string;
}>;

const oldVersions = { ciphers: "DEFAULT:@SECLEVEL=0" } as const;
const rsa = { key: "rsa2048" } as const;
const cipher = (ciphers: string): TlsOptions => ({ maxVersion: "TLSv1.2", ciphers: `${ciphers}:@SECLEVEL=0` });
const sans = (count: number): readonly string[] => [
  "shop.test",
  ...Array.from({ length: count - 1 }, (_, index) => `${index}.shop.test`),
];
const sha1Authority = ["sha1-authority"];

/** @see https://badssl.com */
export const badsslClasses: readonly BadsslClass[] = [
  { name: "expired", told: "down tls_expired", leaf: { from: -30, to: -1 } },
  { name: "wrong.host", told: "down tls_hostname", leaf: { names: ["other.test"] } },
  { name: "self-signed", told: "down tls_self_signed", leaf: { by: "self-signed" }, chain: [] },
  { name: "untrusted-root", told: "down tls_untrusted", leaf: { by: "foreign-root" }, chain: ["foreign-root"] },
  {
    name: "revoked",
    told: "down tls_revoked",
    isRevoked: true,
    note: "By a stapled OCSP answer; a server that staples none is not asked about elsewhere.",
  },
  {
    name: "pinning-test",
    told: "flaw content_mismatch",
    isPinned: true,
    note: "`matches_file` holds what is to be served. Key pinning by headers is gone from browsers.",
  },
  {
    name: "no-common-name",
    told: "up",
    leaf: { subject: "/O=Shop" },
    note: "The names of the certificate count, not its subject.",
  },
  { name: "no-subject", told: "up", leaf: { subject: "/" } },
  { name: "incomplete-chain", told: "down tls_incomplete_chain", chain: [] },
  { name: "sha256", told: "up", leaf: { digest: "sha256" } },
  { name: "sha384", told: "up", leaf: { digest: "sha384" } },
  { name: "sha512", told: "up", leaf: { digest: "sha512" } },
  { name: "sha1-2016, sha1-2017", told: "down tls_weak", leaf: { digest: "sha1" } },
  { name: "sha1-intermediate", told: "down tls_weak", leaf: { by: "sha1-authority" }, chain: sha1Authority },
  { name: "1000-sans", told: "up", leaf: { names: sans(1000) } },
  {
    name: "10000-sans",
    told: "down tls_handshake",
    leaf: { names: sans(10_000) },
    note: "OpenSSL takes no chain of more than 100 KB.",
  },
  { name: "ecc256", told: "up", leaf: { key: "P-256" } },
  { name: "ecc384", told: "up", leaf: { key: "P-384" } },
  { name: "rsa2048", told: "up", leaf: rsa },
  { name: "rsa4096", told: "up", leaf: { key: "rsa4096" } },
  { name: "rsa8192", told: "up", leaf: { key: "rsa8192" } },
  {
    name: "rsa1024",
    told: "down tls_weak",
    leaf: { key: "short-key" },
    note: "Not at badssl.com, whose authority signs none.",
  },
  {
    name: "extended-validation",
    told: "up",
    leaf: { subject: "/O=Shop/CN=shop.test" },
    note: "Extended validation is judged by nobody any more.",
  },
  {
    name: "client",
    told: "up",
    asks: true,
    server: { requestCert: true },
    note: "With `tls.certificate` and `tls.key`.",
  },
  { name: "client-cert-missing", told: "down tls_handshake", asks: true, server: { requestCert: true } },
  {
    name: "cbc",
    told: "up",
    leaf: rsa,
    server: cipher("ECDHE-RSA-AES128-SHA"),
    note: "Old, but not broken: the series of the cipher shows it.",
  },
  {
    name: "rc4-md5, rc4",
    told: "down tls_handshake",
    refuses: true,
    note: "Neither Node nor OpenSSL 3 has the cipher: the server cannot but refuse, and a refusal is what is served.",
  },
  { name: "3des", told: "down tls_handshake", refuses: true, note: "As rc4." },
  { name: "null", told: "down tls_handshake", leaf: rsa, server: cipher("NULL-SHA256") },
  { name: "mozilla-old", told: "up", leaf: rsa, server: { ...oldVersions, minVersion: "TLSv1" } },
  { name: "mozilla-intermediate", told: "up", leaf: rsa, server: { minVersion: "TLSv1.2" } },
  { name: "mozilla-modern", told: "up", leaf: rsa, server: { minVersion: "TLSv1.3" } },
  {
    name: "dh480, dh512",
    told: "",
    note: "Not served: OpenSSL 3 makes no server with such a group. Refused as dh1024 is, which is longer.",
  },
  { name: "dh1024", told: "down tls_weak", leaf: rsa, group: "dh1024" },
  { name: "dh2048", told: "up", leaf: rsa, server: { ...cipher("DHE-RSA-AES128-GCM-SHA256"), dhparam: "auto" } },
  { name: "dh-small-subgroup", told: "down tls_weak", leaf: rsa, group: "smallSubgroup" },
  {
    name: "dh-composite",
    told: "up",
    leaf: rsa,
    group: "composite",
    note: "OpenSSL does not ask whether the modulus is prime; nor do browsers, which no longer offer the exchange.",
  },
  {
    name: "static-rsa",
    told: "up",
    leaf: rsa,
    server: cipher("AES128-GCM-SHA256"),
    note: "Without forward secrecy: the series of the cipher shows it.",
  },
  {
    name: "tls-v1-0",
    told: "down tls_weak",
    leaf: rsa,
    server: { ...oldVersions, minVersion: "TLSv1", maxVersion: "TLSv1" },
  },
  {
    name: "tls-v1-1",
    told: "down tls_weak",
    leaf: rsa,
    server: { ...oldVersions, minVersion: "TLSv1.1", maxVersion: "TLSv1.1" },
  },
  { name: "tls-v1-2", told: "up", leaf: rsa, server: { maxVersion: "TLSv1.2" } },
  { name: "no-sct, invalid-expected-sct", told: "up", note: "Certificate transparency is not judged." },
  {
    name: "superfish, edellroot, dsdtestprovider, preact-cli, webpack-dev-server, mitm-software",
    told: "down tls_untrusted",
    leaf: { by: "foreign-root" },
    chain: ["foreign-root"],
    note: "Authorities that came with a machine: trusted only where their root is.",
  },
  { name: "captive-portal", told: "down tls_hostname", leaf: { names: ["portal.test"] } },
  {
    name: "mixed, http-*, hsts, upgrade",
    told: "",
    note: "No matter of TLS: what a page loads, and its headers, are looked at by `images` and `http`.",
  },
];
