import { parse } from "tldts";

/** The part of a host name that somebody registered, in ASCII, and the top-level domain it is under. */
export type RegistrableName = Readonly<{
  name: string;
  tld: string;
  /** The public suffix list knows the top-level domain: it is one that registries sell under. */
  isPublic: boolean;
}>;

/** Finds the registrable name by the public suffix list; undefined for addresses, single labels and suffixes themselves. */
export function registrableName(host: string): RegistrableName | undefined {
  const url =
    /^[^\s/?#@\\:[\]]+$/.test(host) && URL.canParse(`http://${host}/`) ? new URL(`http://${host}/`) : undefined;
  const { domain, isIp, isIcann } = parse(url?.hostname.replace(/\.$/, "") ?? "", { allowPrivateDomains: false });
  if (isIp === true || domain === null) return undefined;
  return { name: domain, tld: domain.slice(domain.lastIndexOf(".") + 1), isPublic: isIcann === true };
}
