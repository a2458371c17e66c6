import { nearestName } from "../../core/nearest-name.ts";
import type { AlertingConfigIssue } from "../check-alerting-config.ts";

/** Sections that a fallback names, after each has been parsed; only names count. */
export type FallbackSections = Readonly<{
  receivers: Readonly<Record<string, Readonly<{ fallback?: readonly string[] | undefined }>>>;
  people: Readonly<Record<string, unknown>>;
}>;

/** Returns the references of fallbacks that reach nobody by this config. */
export function checkFallback({ receivers, people }: FallbackSections): readonly AlertingConfigIssue[] {
  return Object.entries(receivers).flatMap(([name, { fallback = [] }]) =>
    fallback.flatMap((reference, index): readonly AlertingConfigIssue[] => {
      const path = ["receivers", name, "fallback", index];
      const [kind = "", id] = reference.split("/");
      if (reference === name) return [{ path, message: "a receiver cannot be its own fallback" }];
      if (id === undefined) return unknownName("receiver", reference, receivers, path);
      if (kind === "person") return unknownName("person", id, people, path);
      return [{ path, message: `"${reference}" is not configured: name a receiver or person/<id>` }];
    }),
  );
}

function unknownName(
  what: string,
  name: string,
  known: Readonly<Record<string, unknown>>,
  path: AlertingConfigIssue["path"],
): readonly AlertingConfigIssue[] {
  if (Object.hasOwn(known, name)) return [];
  const nearest = nearestName(name, Object.keys(known));
  const hint = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
  return [{ path, message: `there is no ${what} "${name}"${hint}` }];
}
