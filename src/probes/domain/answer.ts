import type { EpochMs } from "../../core/time/time.ts";

/** What a registry says of a domain besides its end. */
export type Registration = Readonly<{
  registrar?: string;
  /** As EPP names them, in lower case without spaces: `clienthold`. */
  statuses: readonly string[];
  /** Lower case, sorted, without final dots. */
  nameServers: readonly string[];
}>;

/** One server's answer about one domain. */
export type Answer = Readonly<
  | { kind: "date"; expiresMs: EpochMs; registration: Registration }
  | { kind: "not_published"; registration: Registration }
  | { kind: "not_registered" }
  | { kind: "failed"; reason: "rate_limited" | "parse" | "lookup_failed"; detail: string }
>;

/** A status as EPP has it: `client hold` and `clientHold` are one. */
export function normalStatus(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Host names, each once, sorted. */
export function normalServers(names: readonly string[]): readonly string[] {
  const clean = names.map((name) => name.toLowerCase().replace(/\.$/, ""));
  return [...new Set(clean.filter((name) => /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*$/.test(name)))]
    .sort()
    .slice(0, 24);
}
