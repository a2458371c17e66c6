/** True when one of a certificate's DNS names is this name, or its wildcard for the first label is. @see RFC 9525 §6.3 */
export function coversName(dnsNames: readonly string[], name: string): boolean {
  const wanted = name.toLowerCase().replace(/\.$/, "");
  const parent = wanted.slice(wanted.indexOf(".") + 1);
  return dnsNames.some((each) => {
    const known = each.toLowerCase();
    return known === wanted || (known.startsWith("*.") && parent !== wanted && known.slice(2) === parent);
  });
}
