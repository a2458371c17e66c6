import type { DateHabit } from "./dates.ts";

/** What is particular about a registry's WHOIS. */
export type Layout = DateHabit &
  Readonly<{
    /** False: the registry tells nobody when a domain ends. */
    isPublished?: boolean;
    /** Where the date stands when it has no label of its own; the first group is the date. */
    line?: RegExp;
    /** What is sent to the server; absent: the name. */
    query?(name: string): string;
  }>;

const china: Layout = { offsetHours: 8 };
const silent: Layout = { isPublished: false };
const dayFirst: Layout = { dayFirst: true };
const russia: Layout = { offsetHours: 3 };
const verisign: Layout = { query: (name) => `domain ${name}` };

/** By top-level domain; what is not here is read by its labels alone. */
const layouts: Readonly<Record<string, Layout>> = {
  com: verisign,
  net: verisign,
  cn: china,
  "xn--fiqs8s": china,
  "xn--fiqz9s": china,
  hk: { offsetHours: 8, dayFirst: true },
  tw: { offsetHours: 8, line: /^\s*Record expires on\s+(.+)$/im },
  jp: { offsetHours: 9, line: /^\[(?:State|状態)\]\s+.*\((\d{4}\/\d\d\/\d\d)\)/im, query: (name) => `${name}/e` },
  kr: { offsetHours: 9 },
  "xn--3e0b707e": { offsetHours: 9 },
  ru: russia,
  su: russia,
  "xn--p1ai": russia,
  de: { isPublished: false, query: (name) => `-T dn,ace ${name}` },
  dk: { query: (name) => ` --show-handles ${name}` },
  il: dayFirst,
  pt: dayFirst,
  my: dayFirst,
  at: silent,
  ax: silent,
  be: silent,
  bg: silent,
  ch: silent,
  eu: silent,
  hu: silent,
  kz: silent,
  li: silent,
  lu: silent,
  lv: silent,
  nl: silent,
  no: silent,
  nz: silent,
  sa: silent,
  tn: silent,
};

const plain: Layout = {};

/** Layout of the registry of a top-level domain. */
export function layoutOf(tld: string): Layout {
  return Object.hasOwn(layouts, tld) ? (layouts[tld] ?? plain) : plain;
}
