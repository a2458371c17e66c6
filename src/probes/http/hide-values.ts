import type { Finding } from "../../core/checks/finding.ts";
import type { Json } from "../../core/json.ts";

/** Shorter ones would hide half of every page. */
const shortest = 4;

/** Makes what puts the name of a variable in place of its value, also of its encoded forms. */
export function hiding(values: ReadonlyMap<string, string>): (text: string) => string {
  const pairs = [...values]
    .filter(([, value]) => value.length >= shortest)
    .flatMap(([name, value]) =>
      [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)].map(
        (form) => [form, `{{${name}}}`] as const,
      ),
    )
    // The longest first: one value may stand in another.
    .sort(([a], [b]) => b.length - a.length);
  return (text) => pairs.reduce((hidden, [form, name]) => hidden.replaceAll(form, () => name), text);
}

/** The same in every text of a document. */
export function hideIn(json: Json, hide: (text: string) => string): Json {
  if (typeof json === "string") return hide(json);
  if (Array.isArray(json)) return json.map((item: Json) => hideIn(item, hide));
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [hide(key), hideIn(value, hide)]));
}

/** The same in a finding. */
export function hideInFinding(finding: Finding, hide: (text: string) => string): Finding {
  return { ...finding, detail: hide(finding.detail) };
}
