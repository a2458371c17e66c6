const secretHeader = /^(?:set-cookie|cookie|authorization|proxy-authorization)$|token|secret|api-?key|session/;

/** True for a header that carries credentials. */
export function isSecretHeader(name: string): boolean {
  return secretHeader.test(name.toLowerCase());
}

/** Value of a header as people may see it: credentials are left out, and so is the query of an address. */
export function shownValue(name: string, value: string): string {
  if (isSecretHeader(name)) return "<redacted>";
  return name === "location" ? (value.split("?")[0] ?? "") : value;
}
