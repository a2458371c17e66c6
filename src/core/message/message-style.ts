import type { Severity } from "../severity.ts";

/** Parts of a message that a style may leave out or word differently, in the order in which they stand unless it says otherwise. */
export const styledBlocks = ["title", "impact", "chain", "change", "notified", "group", "links"] as const;
export type StyledBlock = (typeof styledBlocks)[number];

/** Names that a line's template may hold in braces. */
export const messageFields = [
  "severity",
  "subject",
  "what",
  "service",
  "owner",
  "env",
  "tier",
  "check",
  "instance",
  "summary",
  "detail",
  "value",
  "impact",
  "since",
  "duration",
  "count",
  "cause",
  "chain",
  "change",
  "notified",
  "taken_by",
  "receiver",
] as const;
export type MessageField = (typeof messageFields)[number];

/** How an organisation words its messages; whatever is absent stays as it is. */
export type MessageStyle = Readonly<{
  severityNames?: Readonly<Partial<Record<Severity, string | undefined>>>;
  blocks?: readonly StyledBlock[];
  /** One line per block, `{field}` filled in; no logic. */
  lines?: Readonly<Partial<Record<StyledBlock, string | undefined>>>;
}>;

const placeholder = /\{(\w+)\}/g;

/** Names in braces that are no field. */
export function unknownFields(template: string): readonly string[] {
  const names = [...template.matchAll(placeholder)].map(([, name = ""]) => name);
  return names.filter((name) => !(messageFields as readonly string[]).includes(name));
}

/** Fills a line's fields in, once; empty when it names fields and all of them are empty. */
export function filledLine(template: string, fields: Readonly<Record<MessageField, string>>): string {
  let named = 0;
  let filled = 0;
  const line = template.replaceAll(placeholder, (_written, name: string) => {
    const value = fields[name as MessageField] ?? "";
    named += 1;
    if (value !== "") filled += 1;
    return value;
  });
  return named > 0 && filled === 0 ? "" : line;
}
