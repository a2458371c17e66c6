import type { Json } from "../../core/json.ts";

/** A module that loaded: what to probe with, as plain data that survives a structured clone. */
export type BlackboxModule = Readonly<{
  name: string;
  prober: string;
  /** 0: the scrape's own timeout counts. */
  timeoutMs: number;
  /** Probe kind that does it, and its options before they are parsed. */
  kind: string;
  options: Readonly<Record<string, Json>>;
  /** What was written, secrets masked. */
  shown: Json;
}>;

export type ModulesOutcome =
  | Readonly<{ ok: true; modules: readonly BlackboxModule[] }>
  | Readonly<{ ok: false; error: string }>;
