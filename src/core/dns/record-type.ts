import { type ZodType, z } from "zod";
import { nearestName } from "../nearest-name.ts";

/** Types by name; those that the codec does not know stand with their number. */
const numbered = {
  SMIMEA: 53,
  OPENPGPKEY: 61,
  CSYNC: 62,
  ZONEMD: 63,
  SVCB: 64,
  HTTPS: 65,
  EUI48: 108,
  EUI64: 109,
  URI: 256,
} as const;

const known =
  "A AAAA AFSDB ANY APL CAA CDNSKEY CDS CERT CNAME DHCID DNAME DNSKEY DS HINFO HIP IPSECKEY KEY KX LOC MX NAPTR NS NSEC NSEC3 NSEC3PARAM PTR RP RRSIG SIG SOA SPF SRV SSHFP TLSA TXT";

/** Types that can be asked for by name; those that the codec does not know are shown as bytes (RFC 3597). */
const recordTypes: readonly string[] = [...known.split(" "), ...Object.keys(numbered)].toSorted();

/** Questions about the message or for a whole zone, which are not answered by records. */
const noRecords: ReadonlySet<number> = new Set([0, 41, 249, 250, 251, 252]);

/** Name of a type where the codec has another or none. */
export function typeName(codecType: string): string {
  const digits = /^UNKNOWN_(\d+)$/.exec(codecType)?.[1];
  if (digits === undefined) return codecType;
  return Object.entries(numbered).find(([, number]) => number === Number(digits))?.[0] ?? `TYPE${digits}`;
}

/** What the codec calls a type. */
export function codecType(type: string): string {
  const number = Object.hasOwn(numbered, type)
    ? numbered[type as keyof typeof numbered]
    : /^TYPE(\d{1,5})$/.exec(type)?.[1];
  return number === undefined ? type : `UNKNOWN_${number}`;
}

function problemOf(type: string): string | undefined {
  const number = /^TYPE([1-9]\d{0,4})$/.exec(type)?.[1];
  if (number !== undefined && Number(number) < 65_536 && !noRecords.has(Number(number))) return undefined;
  if (number === undefined && recordTypes.includes(type)) return undefined;
  const nearest = nearestName(type.toUpperCase(), recordTypes);
  const right =
    nearest === undefined || number !== undefined
      ? "write its name, such as MX, or TYPE and its number, such as TYPE65280"
      : `did you mean "${nearest}"?`;
  return `"${type.slice(0, 20)}" is no type of record; ${right}`;
}

/** A type of record: its name, or `TYPE65280` for any other. @see RFC 3597 §5 */
export const recordTypeSchema: ZodType<string, string> = z
  .string()
  .meta({ examples: [...recordTypes, "TYPE65280"] })
  .superRefine((type, context) => {
    const message = problemOf(type);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
