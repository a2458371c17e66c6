const secretHeader = /^(?:set-cookie|cookie|authorization|proxy-authorization)$|token|secret|api-?key|session/;

/** Value of a header as people may see it: credentials are left out, and so is the query of an address. */
export function shownValue(name: string, value: string): string {
  if (secretHeader.test(name)) return "<redacted>";
  return name === "location" ? (value.split("?")[0] ?? "") : value;
}
