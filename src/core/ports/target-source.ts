import type { Labels } from "../labels.ts";

/** Addresses that share labels, as a source lists them; labels that begin with `__` are for templates alone. */
export type TargetGroup = Readonly<{ targets: readonly string[]; labels: Labels }>;

/** One part of a source (a file, an address, a name): what it lists, or why it could not be read. */
export type SourcePart = Readonly<{ name: string } & ({ groups: readonly TargetGroup[] } | { problem: string })>;

/** Where a check's targets come from. */
export interface TargetSource {
  /** Reads every part once; never throws for an expected failure. */
  read(signal: AbortSignal): Promise<readonly SourcePart[]>;
  /** Calls when something may have changed, as a hint; returns its end. */
  watch(onHint: () => void): () => void;
}

/** What was last read from a check's source. */
export type KeptTargets = Readonly<{
  /** Says from which source it was read: another one has other targets. */
  source: string;
  parts: readonly Readonly<{ name: string; groups: readonly TargetGroup[] }>[];
}>;

/** Keeps the last list of each check over a restart. */
export interface TargetCache {
  /** What was kept; undefined when there is nothing or it cannot be read. */
  read(check: string): Promise<KeptTargets | undefined>;
  /** @throws {Error} when it cannot be written; what was there stays whole then. */
  write(check: string, kept: KeptTargets): Promise<void>;
}
