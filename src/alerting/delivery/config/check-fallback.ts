import type { AlertingConfigIssue } from "../../check-alerting-config.ts";
import { type ReferenceSections, referenceIssues } from "../../escalation/check-escalation.ts";

/** Receivers with their fallback, and the sections that a fallback names; of these only the names count. */
export type FallbackSections = Omit<ReferenceSections, "receivers"> &
  Readonly<{ receivers: Readonly<Record<string, Readonly<{ fallback?: readonly string[] | undefined }>>> }>;

/** Returns the references of fallbacks that reach nobody by this config. */
export function checkFallback(sections: FallbackSections): readonly AlertingConfigIssue[] {
  return Object.entries(sections.receivers).flatMap(([name, { fallback = [] }]) =>
    fallback.flatMap((reference, index): readonly AlertingConfigIssue[] => {
      const path = ["receivers", name, "fallback", index];
      if (reference === name) return [{ path, message: "a receiver cannot be its own fallback" }];
      return referenceIssues(sections, reference, path);
    }),
  );
}
