import type { output, ZodType } from "zod";
import type { Check } from "../core/checks/check.ts";
import { invariant } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import type { Problem } from "../core/schema/problems.ts";
import type { Service } from "../core/service.ts";
import type { Language } from "./general-schema.ts";
import type { Shown } from "./shown/shown-config.ts";
import type { ConfigIssue } from "./source/issue.ts";
import { pathText } from "./source/node.ts";

/** Where a value of a section was written. */
export type Origin = Readonly<{
  file: string;
  layer: string;
  line: number;
  column: number;
  /** What it is called there, when that is not how it is called in checks: `sites.shop.depends_on`. */
  writtenAs?: string;
}>;

/** A config that loaded; plain data that survives a structured clone, so it can be parsed in a worker. */
export type LoadedConfig = Readonly<{
  environment: string;
  timeZone: string;
  language: Language;
  requiredLabels: readonly string[];
  services: readonly Service[];
  checks: readonly Check[];
  /** Entries of `hosts` that ought to have a backup check and have none. */
  hostsWithoutBackup: readonly string[];
  /** Ids of the checks that watch backups. */
  backupChecks: readonly string[];
  /** Interpolated, accepted by its schema, unparsed; a section that is not written is absent. */
  sections: Readonly<Record<string, Json>>;
  /** Digest over everything that was merged, interpolated values included: equal means nothing changed. */
  fingerprint: string;
  /** What files hold that a section names and its unit reads, by unit. */
  attachments: Readonly<Record<string, Json>>;
  shown: Shown;
  /** Secrets that are written in the files themselves: a warning each. */
  literalSecrets: readonly ConfigIssue[];
  /** Every file that was read, `${file:…}` included. */
  paths: readonly string[];
  origins: Readonly<Record<string, Origin>>;
}>;

/** Schemas of the sections that belong to units, by name. */
export type Sections = Readonly<Record<string, ZodType>>;

/**
 * Parses the sections into typed values, in the thread that uses them; a section that is absent is parsed from `undefined`.
 * The sections must be those the config was loaded with, and the config must have been loaded with its secrets.
 */
export function openSections<S extends Sections>(
  config: LoadedConfig,
  sections: S,
): { readonly [K in keyof S]: output<S[K]> } {
  const opened: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(sections)) {
    const parsed = schema.safeParse(config.sections[name]);
    invariant(parsed.success, `the section ${name} was accepted when the config was loaded`);
    opened[name] = parsed.data;
  }
  return opened as { readonly [K in keyof S]: output<S[K]> };
}

/** Puts problems found in opened sections (a path from the root of the config and words) where they were written. */
export function locateInConfig(config: LoadedConfig, problems: readonly Problem[]): readonly ConfigIssue[] {
  return problems.map(({ path, message }) => {
    for (let length = path.length; length > 0; length -= 1) {
      const text = pathText(path.slice(0, length));
      const origin = config.origins[text];
      if (origin === undefined) continue;
      const { writtenAs = text, ...place } = origin;
      return { ...place, path: writtenAs + pathText(path).slice(text.length), message };
    }
    return { file: "", path: pathText(path), message };
  });
}
