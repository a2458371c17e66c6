import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const read = (name: string): string => readFileSync(new URL(`../certificates/${name}.pem`, import.meta.url), "utf8");

/** Path of a committed test certificate or key, for options that take a file. */
export function certificatePath(name: string): string {
  return fileURLToPath(new URL(`../certificates/${name}.pem`, import.meta.url));
}

/** What a test server presents: its key and the certificates it sends, leaf first. */
export type ServerIdentity = Readonly<{ key: string; cert: string }>;

function identity(name: string, ...issuers: readonly string[]): ServerIdentity {
  return { key: read(`${name}.key`), cert: [name, ...issuers].map(read).join("\n") };
}

/** The root that tests trust; every good chain ends in it. */
export const rootPath = certificatePath("root");
export const rootPem = read("root");
export const intermediatePem = read("intermediate");

/** One server identity per way a certificate can be right or wrong; names of the good ones are localhost, shop.test, *.shop.test, 127.0.0.1, ::1. */
export const identities = {
  good: identity("good", "intermediate"),
  /** Good until 2100, when `good` has twenty years left. */
  previous: identity("previous", "intermediate"),
  expired: identity("expired", "intermediate"),
  notYetValid: identity("not-yet-valid", "intermediate"),
  wrongHost: identity("wrong-host", "intermediate"),
  untrusted: identity("untrusted", "foreign-root"),
  selfSigned: identity("self-signed"),
  incompleteChain: identity("good"),
  shortKey: identity("short-key", "intermediate"),
  sha1: identity("sha1", "intermediate"),
} as const;
