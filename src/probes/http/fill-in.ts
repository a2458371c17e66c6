const place = /\{\{\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}/g;

/** Names that a template asks for. */
export function namesIn(template: string): readonly string[] {
  return [...template.matchAll(place)].map(([, name = ""]) => name);
}

/** Fills `{{name}}` in, each value through `as`. */
export function fillIn(template: string, values: ReadonlyMap<string, string>, as: (value: string) => string): string {
  return template.replace(place, (_, name: string) => as(values.get(name) ?? ""));
}

/** A value at the beginning of an address is taken as it is, for it may be one; anywhere else it is encoded. */
export function fillAddress(template: string, values: ReadonlyMap<string, string>): string {
  const [, first] = /^\{\{\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*\}\}/.exec(template) ?? [];
  if (first === undefined) return fillIn(template, values, encodeURIComponent);
  const rest = template.slice(template.indexOf("}}") + 2);
  return (values.get(first) ?? "") + fillIn(rest, values, encodeURIComponent);
}

/** Fills a body in as its type wants it, so that no value can end the text that it stands in. */
export function fillBody(template: string, values: ReadonlyMap<string, string>, contentType: string): string {
  if (/\bjson\b/i.test(contentType)) return fillIn(template, values, (value) => JSON.stringify(value).slice(1, -1));
  if (/x-www-form-urlencoded/i.test(contentType)) return fillIn(template, values, encodeURIComponent);
  return fillIn(template, values, (value) => value);
}
